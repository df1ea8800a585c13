#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "apps/topology/running/process_usage.hpp"

namespace troupe::topology {

struct child_settings {
  std::filesystem::path program;
  std::vector<std::string> arguments;
  /// Files that its standard output and error are added to.
  std::filesystem::path output;
  std::filesystem::path log;
  int network_namespace = -1;  ///< our own when -1
};

/// A program of a run. It is killed when this lets go of it, or when the run's thread ends; the
/// terminal's signals are not for it.
class child {
 public:
  /// Throws failure when it cannot be started.
  explicit child(child_settings settings);
  child(const child&) = delete;
  child& operator=(const child&) = delete;
  ~child();

  [[nodiscard]] pid_t pid() const { return pid_; }
  /// Looks whether it still runs.
  [[nodiscard]] bool runs();
  /// How it ended ("status 70", "signal 9"), if neither in good order nor by a signal of ours;
  /// empty while it runs. (One that is asked to end before it heeds signals ends by them.)
  [[nodiscard]] std::string trouble() const;

  /// Does nothing to a program that has ended.
  void signal(int number);
  /// Waits for its end, and kills it when that has not come after `patience`. Returns whether it
  /// ended by itself.
  bool finish(std::chrono::milliseconds patience);

  /// What it has added to its log since it was started.
  [[nodiscard]] std::string log() const;
  /// The last two lines of that, in one: what went wrong, and maybe what to do.
  [[nodiscard]] std::string last_words() const;
  /// CPU time, of all its threads.
  [[nodiscard]] std::chrono::microseconds cpu() const;

 private:
  child_settings settings_;
  std::uintmax_t log_before_;
  pid_t pid_ = -1;
  bool has_ended_ = false;
  int status_ = 0;
  int last_signal_ = 0;
  std::chrono::microseconds cpu_at_end_{0};
};

/// Asks `condition` again and again until it holds or `limit` has passed. Returns whether it held.
[[nodiscard]] bool holds_within(std::chrono::milliseconds limit,
                                const std::function<bool()>& condition);

/// Of a text, such as a log; empty if there is none.
[[nodiscard]] std::string last_line_of(const std::string& text);

}  // namespace troupe::topology
