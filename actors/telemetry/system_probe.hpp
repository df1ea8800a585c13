#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "actors/telemetry/kernel_file.hpp"
#include "protocol/clock.hpp"
#include "protocol/system_reading.hpp"

namespace troupe::telemetry {

/// Reads what Linux tells of the machine, of this process and of its control group (version 1 or
/// 2), each time since the time before. A look costs about a tenth of a millisecond.
class system_probe {
 public:
  /// A move to another control group is noticed after at most as many looks.
  static constexpr int looks_in_a_group = 10;

  /// What tells the CPU time of this process.
  using cpu_clock = std::function<std::chrono::nanoseconds()>;

  /// The file systems, and the clock, are others in tests.
  explicit system_probe(const std::filesystem::path& proc = "/proc",
                        std::filesystem::path cgroups = "/sys/fs/cgroup",
                        cpu_clock process_time = process_cpu_time);

  /// What lasts (memory) is there from the first reading on, the rest from the second.
  [[nodiscard]] system_reading read(steady_time now);

 private:
  /// Counts from the start of what they belong to.
  struct thread_times {
    std::uint64_t ran_ns = 0;
    std::uint64_t waited_ns = 0;  ///< for a core
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
    std::chrono::nanoseconds process{};
    std::map<std::string, thread_times> threads;
    std::optional<machine_times> machine;
    std::optional<std::uint64_t> pressure_us;
    std::map<std::filesystem::path, quota_periods> quotas;
  };

  static std::chrono::nanoseconds process_cpu_time();

  [[nodiscard]] counts count(steady_time now);
  [[nodiscard]] std::map<std::string, thread_times> count_threads();
  void find_threads();
  [[nodiscard]] std::optional<machine_times> count_machine();
  [[nodiscard]] std::optional<std::uint64_t> count_pressure();
  [[nodiscard]] std::map<std::filesystem::path, quota_periods> count_quotas();
  void find_quota_files();
  void read_memory(system_reading& result);
  static void compare(const counts& before, const counts& now, system_reading& result);

  const std::filesystem::path cgroups_;
  const cpu_clock process_time_;
  const std::filesystem::path tasks_;
  nlink_t links_of_tasks_ = 0;                     ///< as many as threads, and some
  std::map<std::string, kernel_file> schedstats_;  ///< of each thread
  kernel_file stat_;
  kernel_file pressure_;
  kernel_file memory_;
  kernel_file own_memory_;
  kernel_file membership_;
  std::string groups_;  ///< that this process was in when last looked up, ...
  int looks_until_looked_up_ = 0;
  std::vector<kernel_file> quota_files_;  ///< ... and theirs, and those of the groups above
  std::optional<counts> before_;
};

}  // namespace troupe::telemetry
