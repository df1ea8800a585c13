#include "actors/telemetry/system_probe.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <sstream>
#include <string_view>
#include <system_error>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

namespace troupe::telemetry {
namespace {

namespace fs = std::filesystem;

double share(std::uint64_t before, std::uint64_t now, double of) {
  return now < before || of <= 0 ? 0 : static_cast<double>(now - before) / of;
}

/// Where control groups of version 1 that have quotas are mounted.
constexpr std::array quota_mounts{"cpu", "cpu,cpuacct", "cpuacct,cpu"};

constexpr const char* quota_figures = "cpu.stat";

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

/// Where the figures of such a group, and of those above it, may be; in a container its path is
/// often that of outside.
std::vector<fs::path> places_of(const group_membership& group, const fs::path& cgroups) {
  std::vector<fs::path> mounts;
  if (group.controllers.empty()) {
    mounts.push_back(cgroups);
  } else {
    for (const auto* const mount : quota_mounts) mounts.push_back(cgroups / mount);
  }
  std::vector<fs::path> result;
  for (const auto& mount : mounts) {
    auto below = fs::path{group.path}.relative_path();
    for (; !below.empty(); below = below.parent_path())
      result.push_back(mount / below / quota_figures);
    result.push_back(mount / quota_figures);
  }
  return result;
}

}  // namespace

system_probe::system_probe(const fs::path& proc, fs::path cgroups, cpu_clock process_time)
    : cgroups_(std::move(cgroups)),
      process_time_(std::move(process_time)),
      tasks_(proc / "self/task"),
      stat_(proc / "stat"),
      pressure_(proc / "pressure/cpu"),
      memory_(proc / "meminfo"),
      own_memory_(proc / "self/statm"),
      membership_(proc / "self/cgroup") {}

std::chrono::nanoseconds system_probe::process_cpu_time() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

system_reading system_probe::read(steady_time now) {
  system_reading result;
  read_memory(result);
  auto counted = count(now);
  if (before_) compare(*before_, counted, result);
  before_ = std::move(counted);
  return result;
}

system_probe::counts system_probe::count(steady_time now) {
  return {.when = now,
          .process = process_time_(),
          .threads = count_threads(),
          .machine = count_machine(),
          .pressure_us = count_pressure(),
          .quotas = count_quotas()};
}

/// /proc/PID/task/TID/schedstat: time on a core, time spent waiting for one, both in nanoseconds.
/// A kernel that does not count says 0 for both.
std::map<std::string, system_probe::thread_times> system_probe::count_threads() {
  find_threads();
  std::map<std::string, thread_times> result;
  for (auto& [name, file] : schedstats_) {
    auto text = file.read();
    const auto ran = take_number(text);
    const auto waited = take_number(text);
    if (!ran) links_of_tasks_ = 0;  // it has ended
    if (ran && waited && *ran > 0) result[name] = {*ran, *waited};
  }
  return result;
}

/// The directory has a link for each: to list it costs as much as all other figures together.
void system_probe::find_threads() {
  struct stat directory {};
  if (::stat(tasks_.c_str(), &directory) != 0 || directory.st_nlink == links_of_tasks_) return;
  links_of_tasks_ = directory.st_nlink;
  std::map<std::string, kernel_file> found;
  std::error_code ended;
  for (fs::directory_iterator each{tasks_, ended}, end; !ended && each != end;
       each.increment(ended)) {
    const auto name = each->path().filename().string();
    if (auto known = schedstats_.extract(name)) {
      found.insert(std::move(known));
    } else {
      found.try_emplace(name, each->path() / "schedstat");
    }
  }
  schedstats_ = std::move(found);
}

/// /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal, in ticks of all cores.
std::optional<system_probe::machine_times> system_probe::count_machine() {
  constexpr std::string_view title = "cpu ";
  auto text = stat_.read();
  if (!text.starts_with(title)) return std::nullopt;
  text.remove_prefix(title.size());
  std::array<std::uint64_t, 8> ticks{};
  machine_times result;
  for (auto& each : ticks) {
    const auto next = take_number(text);
    if (!next) return std::nullopt;
    each = *next;
    result.total += each;
  }
  result.idle = ticks[3] + ticks[4];
  result.stolen = ticks[7];
  return result;
}

/// /proc/pressure/cpu: "some avg10=0.00 avg60=0.00 avg300=0.00 total=0", in microseconds.
std::optional<std::uint64_t> system_probe::count_pressure() {
  return number_after(pressure_.read(), "total=");
}

std::map<fs::path, system_probe::quota_periods> system_probe::count_quotas() {
  if (looks_until_looked_up_-- == 0) {
    looks_until_looked_up_ = looks_in_a_group - 1;
    groups_ = membership_.read();
    find_quota_files();
  }
  std::map<fs::path, quota_periods> result;
  for (auto& file : quota_files_) {
    const auto text = file.read();
    const auto all = number_after(text, "nr_periods");
    const auto exhausted = number_after(text, "nr_throttled");
    if (all && exhausted) result[file.path()] = {*all, *exhausted};
  }
  return result;
}

void system_probe::find_quota_files() {
  quota_files_.clear();
  std::istringstream lines{groups_};
  for (std::string line; std::getline(lines, line);) {
    const auto group = parse_membership(line);
    if (!group || !has_quotas(*group)) continue;
    for (const auto& place : places_of(*group, cgroups_)) {
      kernel_file file{place};
      if (number_after(file.read(), "nr_periods")) quota_files_.push_back(std::move(file));
    }
  }
}

void system_probe::read_memory(system_reading& result) {
  const auto text = memory_.read();
  const auto total = number_after(text, "MemTotal:");
  const auto available = number_after(text, "MemAvailable:");
  if (total && available && *total > 0)
    result.memory_available = static_cast<double>(*available) / static_cast<double>(*total);
  // All pages, those in memory, ...
  auto own = own_memory_.read();
  if (take_number(own))
    if (const auto resident = take_number(own))
      result.resident_kib = static_cast<std::int64_t>(*resident) * (::sysconf(_SC_PAGESIZE) / 1024);
}

/// Of threads, those that have begun since count from their beginning; what those waited that have
/// ended is left out.
void system_probe::compare(const counts& before, const counts& now, system_reading& result) {
  const auto passed = static_cast<double>((now.when - before.when).count());
  if (passed <= 0) return;
  result.process_cpu = static_cast<double>((now.process - before.process).count()) / passed;
  if (!now.threads.empty()) {
    double waited = 0;
    for (const auto& [name, times] : now.threads) {
      const auto found = before.threads.find(name);
      const auto then = found == before.threads.end() ? 0 : found->second.waited_ns;
      waited += share(then, times.waited_ns, passed);
    }
    result.run_queue_delay = waited;
  }
  if (before.machine && now.machine && now.machine->total > before.machine->total) {
    const auto all = static_cast<double>(now.machine->total - before.machine->total);
    result.machine_cpu = 1 - share(before.machine->idle, now.machine->idle, all);
    result.machine_steal = share(before.machine->stolen, now.machine->stolen, all);
  }
  if (before.pressure_us && now.pressure_us)
    result.cpu_pressure = share(*before.pressure_us, *now.pressure_us, passed / 1000);
  for (const auto& [group, periods] : now.quotas) {
    const auto then = before.quotas.find(group);
    if (then == before.quotas.end()) continue;
    const auto all = periods.all - std::min(periods.all, then->second.all);
    const auto exhausted =
        share(then->second.exhausted, periods.exhausted, static_cast<double>(all));
    result.quota_exhausted = std::max(exhausted, result.quota_exhausted.value_or(0));
  }
}

}  // namespace troupe::telemetry
