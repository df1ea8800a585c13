#pragma once

#include <chrono>
#include <filesystem>
#include <optional>

#include <sys/types.h>

namespace troupe::test {

/// A control group, of version 1 or 2, that takes CPU time away from a process.
class control_group {
 public:
  static constexpr std::chrono::microseconds period{100'000};

  /// Nothing where there can be none: it takes the right to make them.
  static std::optional<control_group> make();
  control_group(control_group&& other) noexcept;
  control_group& operator=(control_group&&) = delete;
  /// Whoever is in it has to have ended.
  ~control_group();

  void add(pid_t process) const;
  /// So much in each period, of at least 1 ms; all where it is nothing.
  void allow(std::optional<std::chrono::microseconds> quota) const;

 private:
  explicit control_group(std::filesystem::path directory) : directory_(std::move(directory)) {}
  void write(const char* file, const std::string& text) const;

  std::filesystem::path directory_;
};

/// The CPU time that a process has taken.
[[nodiscard]] std::chrono::duration<double> cpu_time_of(pid_t process);

}  // namespace troupe::test
