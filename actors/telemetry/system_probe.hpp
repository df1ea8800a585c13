#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "protocol/clock.hpp"
#include "protocol/system_reading.hpp"

namespace troupe::telemetry {

/// Reads what Linux tells of the machine, of this process and of its control group (version 1 or
/// 2), each time since the time before.
class system_probe {
 public:
  /// The file systems are somewhere else in tests.
  explicit system_probe(std::filesystem::path proc = "/proc",
                        std::filesystem::path cgroups = "/sys/fs/cgroup");

  /// What lasts (memory) is there from the first reading on, the rest from the second.
  [[nodiscard]] system_reading read(steady_time now);

 private:
  /// Counts from the start of what they belong to.
  struct thread_times {
    std::uint64_t ran_ns = 0;
    std::uint64_t waited_ns = 0;
  };
  struct machine_times {
    std::uint64_t total = 0;
    std::uint64_t idle = 0;
    std::uint64_t stolen = 0;
  };
  struct quota_periods {
    std::uint64_t all = 0;
    std::uint64_t exhausted = 0;
  };
  struct counts {
    steady_time when;
    std::map<std::string, thread_times> threads;
    std::optional<machine_times> machine;
    std::optional<std::uint64_t> pressure_us;
    std::optional<quota_periods> quota;
  };

  [[nodiscard]] counts count(steady_time now) const;
  [[nodiscard]] std::map<std::string, thread_times> count_threads() const;
  [[nodiscard]] std::optional<machine_times> count_machine() const;
  [[nodiscard]] std::optional<std::uint64_t> count_pressure() const;
  [[nodiscard]] std::optional<quota_periods> count_quota() const;
  [[nodiscard]] std::optional<std::filesystem::path> find_quota_file() const;
  void read_memory(system_reading& result) const;
  static void compare(const counts& before, const counts& now, system_reading& result);

  const std::filesystem::path proc_;
  const std::filesystem::path cgroups_;
  const std::optional<std::filesystem::path> quota_file_;
  std::optional<counts> before_;
};

}  // namespace troupe::telemetry
