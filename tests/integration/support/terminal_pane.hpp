#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/integration/support/child_process.hpp"
#include "tests/integration/support/temporary_directory.hpp"

namespace troupe::test {

/// A terminal with a shell in it, by a tmux server of the test's own: what is typed there, and what
/// is to be seen.
class terminal_pane {
 public:
  static constexpr std::chrono::seconds default_timeout{20};

  /// The shell has `environment` on top of the test's own.
  terminal_pane(int columns, int rows,
                const std::vector<std::pair<std::string, std::string>>& environment = {});
  terminal_pane(const terminal_pane&) = delete;
  terminal_pane& operator=(const terminal_pane&) = delete;

  /// Types a line into the shell.
  void run(const std::string& command);
  /// Presses keys, by tmux's names: "Down", "Enter", "C-c", or a character.
  void press(const std::vector<std::string>& keys);
  void resize(int columns, int rows);

  /// What is to be seen, line by line.
  [[nodiscard]] std::string text() const;
  /// The same with the escape sequences for its colours.
  [[nodiscard]] std::string coloured_text() const;
  [[nodiscard]] bool shows(std::string_view part) const;

  /// Checks that `part` comes to be seen in time.
  void wait_for(std::string_view part, std::chrono::milliseconds timeout = default_timeout) const;
  /// Checks that it is gone in time.
  void wait_until_gone(std::string_view part,
                       std::chrono::milliseconds timeout = default_timeout) const;

 private:
  std::string tmux(std::vector<std::string> arguments) const;

  temporary_directory directory_;
  child_options options_;
  child_process server_;
};

}  // namespace troupe::test
