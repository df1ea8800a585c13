#include "tests/integration/support/control_group.hpp"

#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include <unistd.h>

namespace troupe::test {
namespace {

namespace fs = std::filesystem;

/// Where groups with quotas are, in version 1 and in version 2.
constexpr const char* mounts[] = {"/sys/fs/cgroup/cpu", "/sys/fs/cgroup/cpu,cpuacct",
                                  "/sys/fs/cgroup"};

bool has_quota(const fs::path& directory) {
  return fs::exists(directory / "cpu.max") || fs::exists(directory / "cpu.cfs_quota_us");
}

}  // namespace

std::optional<control_group> control_group::make() {
  const auto name = "troupe-test-" + std::to_string(::getpid());
  for (const auto* const mount : mounts) {
    const auto directory = fs::path{mount} / name;
    std::error_code refused;
    if (!fs::is_directory(mount) || !fs::create_directory(directory, refused)) continue;
    if (has_quota(directory)) return control_group{directory};
    fs::remove(directory, refused);
  }
  return std::nullopt;
}

control_group::control_group(control_group&& other) noexcept
    : directory_(std::exchange(other.directory_, {})) {}

control_group::~control_group() {
  std::error_code ignored;
  if (!directory_.empty()) fs::remove(directory_, ignored);
}

void control_group::write(const char* file, const std::string& text) const {
  std::ofstream out{directory_ / file};
  if (!(out << text << std::flush))
    throw std::runtime_error{"cannot write to " + (directory_ / file).string()};
}

void control_group::add(pid_t process) const { write("cgroup.procs", std::to_string(process)); }

void control_group::allow(std::optional<std::chrono::microseconds> quota) const {
  const auto period_us = std::to_string(period.count());
  if (fs::exists(directory_ / "cpu.max")) {
    write("cpu.max", (quota ? std::to_string(quota->count()) : "max") + " " + period_us);
  } else {
    write("cpu.cfs_period_us", period_us);
    write("cpu.cfs_quota_us", std::to_string(quota ? quota->count() : -1));
  }
}

/// Fields 14 and 15 of /proc/PID/stat, counted from behind the name, which may hold anything.
std::chrono::duration<double> cpu_time_of(pid_t process) {
  std::ifstream in{"/proc/" + std::to_string(process) + "/stat"};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  std::istringstream fields{text.substr(text.rfind(')') + 1)};
  std::string skipped;
  for (int i = 3; i < 14; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  if (!(fields >> user >> system)) throw std::runtime_error{"no such process"};
  return std::chrono::duration<double>{(user + system) /
                                       static_cast<double>(::sysconf(_SC_CLK_TCK))};
}

}  // namespace troupe::test
