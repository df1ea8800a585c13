#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>
#include <sys/types.h>

namespace troupe::test {

/// A program that could not be started, or did not do in time what was waited for.
struct child_failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// How a program ended: by itself with `code`, or by `signal`. The other one is empty.
struct exit_status {
  std::optional<int> code;
  std::optional<int> signal;
  friend bool operator==(const exit_status&, const exit_status&) = default;
};

[[nodiscard]] inline exit_status exited(int code) { return {.code = code, .signal = {}}; }
[[nodiscard]] inline exit_status killed_by(int signal) { return {.code = {}, .signal = signal}; }
[[nodiscard]] std::string to_string(const exit_status& status);

struct child_options {
  /// Set for the program on top of the test's own environment; an empty value removes the variable.
  std::vector<std::pair<std::string, std::string>> environment;
  std::filesystem::path working_directory;  ///< the test's own when empty
  std::filesystem::path stdin_file = "/dev/null";
  bool stdin_pipe = false;     ///< instead of stdin_file: what the test writes
  std::size_t open_files = 0;  ///< the most descriptors it may have; 0: as many as the test
  /// Where standard output goes; it is kept for output() when empty.
  std::filesystem::path stdout_file;
};

/// A program that runs beside the test. It is killed when the test lets go of it, or dies.
class child_process {
 public:
  using milliseconds = std::chrono::milliseconds;
  static constexpr milliseconds default_timeout{10'000};

  /// Looks for a `program` without a slash in PATH. Throws child_failure when it cannot be started.
  child_process(const std::filesystem::path& program, std::vector<std::string> arguments,
                const child_options& options = {});
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;
  ~child_process();

  [[nodiscard]] pid_t pid() const { return pid_; }
  void send_signal(int signal) const;

  /// How it ended, or nothing while it runs.
  [[nodiscard]] std::optional<exit_status> poll();
  /// Waits for the end. Throws child_failure, with what it wrote, when it has not come in time.
  exit_status wait(milliseconds timeout = default_timeout);

  /// Writes all of `bytes` to a standard input that is a pipe. Returns whether the program, still
  /// reading, left room for them.
  bool write_stdin(std::span<const std::byte> bytes);
  void close_stdin();

  /// What it has written so far.
  [[nodiscard]] std::string output() const;
  [[nodiscard]] std::string errors() const;
  /// The last line of the output that is not empty, read as JSON. Throws child_failure, with what
  /// it wrote, when that cannot be.
  [[nodiscard]] nlohmann::json last_json_line() const;
  /// Waits until standard error holds `text`. Throws child_failure when it ends before or does not
  /// come in time.
  void wait_for_errors(std::string_view text, milliseconds timeout = default_timeout);

 private:
  [[nodiscard]] child_failure failure(const std::string& what) const;

  std::string name_;
  pid_t pid_ = -1;
  int stdin_ = -1;
  int stdout_ = -1;
  int stderr_ = -1;
  std::optional<exit_status> ended_;
};

/// A program that has run to its end.
struct finished_process {
  exit_status status;
  std::string output;
  std::string errors;
};
[[nodiscard]] finished_process run(
    const std::filesystem::path& program, std::vector<std::string> arguments,
    const child_options& options = {},
    std::chrono::milliseconds timeout = child_process::default_timeout);

/// How many descriptors a process has open. Throws child_failure when there is no such process.
[[nodiscard]] std::size_t open_descriptors(pid_t pid);
/// The memory of a process that is in RAM, in KiB. Throws child_failure as above.
[[nodiscard]] std::size_t resident_kib(pid_t pid);
/// Whether the main thread of a process holds `signal` back. Throws child_failure as above.
[[nodiscard]] bool blocks_signal(pid_t pid, int signal);

}  // namespace troupe::test
