#include "actors/telemetry/system_probe.hpp"

#include <array>
#include <fstream>
#include <sstream>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace troupe::telemetry {
namespace {

namespace fs = std::filesystem;

/// The number that follows `title` in a file of titles and numbers. Nothing if there is none.
std::optional<std::uint64_t> number_after(const fs::path& file, std::string_view title) {
  std::ifstream in{file};
  for (std::string word; in >> word;) {
    std::uint64_t number = 0;
    if (word == title && in >> number) return number;
  }
  return std::nullopt;
}

double share(std::uint64_t before, std::uint64_t now, double of) {
  return now < before || of <= 0 ? 0 : static_cast<double>(now - before) / of;
}

/// Where control groups of version 1 that have quotas are mounted.
constexpr std::array quota_mounts{"cpu", "cpu,cpuacct", "cpuacct,cpu"};

struct group_membership {
  std::string controllers;  ///< empty in version 2
  std::string path;
};

/// Of a line such as "4:cpu,cpuacct:/some/path" or "0::/some/path".
std::optional<group_membership> parse_membership(const std::string& line) {
  const auto first = line.find(':');
  const auto second = line.find(':', first + 1);
  if (first == std::string::npos || second == std::string::npos) return std::nullopt;
  return group_membership{line.substr(first + 1, second - first - 1), line.substr(second + 1)};
}

bool has_quotas(const group_membership& group) {
  std::istringstream names{group.controllers};
  for (std::string name; std::getline(names, name, ',');)
    if (name == "cpu") return true;
  return group.controllers.empty();
}

/// Where such a group's figures may be; in a container its path is often that of outside.
std::vector<fs::path> places_of(const group_membership& group, const fs::path& cgroups) {
  std::vector<fs::path> mounts;
  if (group.controllers.empty()) {
    mounts.push_back(cgroups);
  } else {
    for (const auto* const mount : quota_mounts) mounts.push_back(cgroups / mount);
  }
  std::vector<fs::path> result;
  for (const auto& mount : mounts) {
    result.push_back(mount / fs::path{group.path}.relative_path() / "cpu.stat");
    result.push_back(mount / "cpu.stat");
  }
  return result;
}

}  // namespace

system_probe::system_probe(fs::path proc, fs::path cgroups)
    : proc_(std::move(proc)), cgroups_(std::move(cgroups)), quota_file_(find_quota_file()) {}

std::optional<fs::path> system_probe::find_quota_file() const {
  std::ifstream in{proc_ / "self/cgroup"};
  for (std::string line; std::getline(in, line);) {
    const auto group = parse_membership(line);
    if (!group || !has_quotas(*group)) continue;
    for (const auto& place : places_of(*group, cgroups_))
      if (number_after(place, "nr_periods")) return place;
  }
  return std::nullopt;
}

system_reading system_probe::read(steady_time now) {
  system_reading result;
  read_memory(result);
  auto counted = count(now);
  if (before_) compare(*before_, counted, result);
  before_ = std::move(counted);
  return result;
}

system_probe::counts system_probe::count(steady_time now) const {
  return {.when = now,
          .threads = count_threads(),
          .machine = count_machine(),
          .pressure_us = count_pressure(),
          .quota = count_quota()};
}

/// /proc/PID/task/TID/schedstat: time on a core, time spent waiting for one, both in nanoseconds.
std::map<std::string, system_probe::thread_times> system_probe::count_threads() const {
  std::map<std::string, thread_times> result;
  std::error_code ended;
  for (fs::directory_iterator each{proc_ / "self/task", ended}, end; !ended && each != end;
       each.increment(ended)) {
    std::ifstream in{each->path() / "schedstat"};
    thread_times times;
    if (in >> times.ran_ns >> times.waited_ns) result[each->path().filename()] = times;
  }
  return result;
}

/// /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal, in ticks of all cores.
std::optional<system_probe::machine_times> system_probe::count_machine() const {
  std::ifstream in{proc_ / "stat"};
  std::string title;
  std::array<std::uint64_t, 8> ticks{};
  if (!(in >> title) || title != "cpu") return std::nullopt;
  machine_times result;
  for (auto& each : ticks) {
    if (!(in >> each)) return std::nullopt;
    result.total += each;
  }
  result.idle = ticks[3] + ticks[4];
  result.stolen = ticks[7];
  return result;
}

/// /proc/pressure/cpu: "some avg10=0.00 avg60=0.00 avg300=0.00 total=0", in microseconds.
std::optional<std::uint64_t> system_probe::count_pressure() const {
  std::ifstream in{proc_ / "pressure/cpu"};
  constexpr std::string_view title = "total=";
  for (std::string word; in >> word;)
    if (word.starts_with(title)) return std::stoull(word.substr(title.size()));
  return std::nullopt;
}

std::optional<system_probe::quota_periods> system_probe::count_quota() const {
  if (!quota_file_) return std::nullopt;
  const auto all = number_after(*quota_file_, "nr_periods");
  const auto exhausted = number_after(*quota_file_, "nr_throttled");
  if (!all || !exhausted) return std::nullopt;
  return quota_periods{*all, *exhausted};
}

void system_probe::read_memory(system_reading& result) const {
  const auto total = number_after(proc_ / "meminfo", "MemTotal:");
  const auto available = number_after(proc_ / "meminfo", "MemAvailable:");
  if (total && available && *total > 0)
    result.memory_available = static_cast<double>(*available) / static_cast<double>(*total);
  if (const auto resident = number_after(proc_ / "self/status", "VmRSS:"))
    result.resident_kib = static_cast<std::int64_t>(*resident);
}

/// Threads that have begun since count from their beginning; those that have ended are left out.
void system_probe::compare(const counts& before, const counts& now, system_reading& result) {
  const auto passed = static_cast<double>((now.when - before.when).count());
  if (passed <= 0) return;
  if (!now.threads.empty()) {
    double ran = 0;
    double waited = 0;
    for (const auto& [name, times] : now.threads) {
      const auto found = before.threads.find(name);
      const auto then = found == before.threads.end() ? thread_times{} : found->second;
      ran += share(then.ran_ns, times.ran_ns, passed);
      waited += share(then.waited_ns, times.waited_ns, passed);
    }
    result.process_cpu = ran;
    result.run_queue_delay = waited;
  }
  if (before.machine && now.machine && now.machine->total > before.machine->total) {
    const auto all = static_cast<double>(now.machine->total - before.machine->total);
    result.machine_cpu = 1 - share(before.machine->idle, now.machine->idle, all);
    result.machine_steal = share(before.machine->stolen, now.machine->stolen, all);
  }
  if (before.pressure_us && now.pressure_us)
    result.cpu_pressure = share(*before.pressure_us, *now.pressure_us, passed / 1000);
  if (before.quota && now.quota && now.quota->all > 0)
    result.quota_exhausted =
        share(before.quota->exhausted, now.quota->exhausted,
              static_cast<double>(now.quota->all - std::min(now.quota->all, before.quota->all)));
}

}  // namespace troupe::telemetry
