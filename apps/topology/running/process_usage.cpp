#include "apps/topology/running/process_usage.hpp"

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include <fmt/format.h>
#include <unistd.h>

namespace troupe::topology {
namespace {

std::ifstream open_entry(pid_t pid, const char* name) {
  return std::ifstream{fmt::format("/proc/{}/{}", pid, name)};
}

}  // namespace

memory_usage memory_of(pid_t pid) {
  memory_usage result;
  auto status = open_entry(pid, "status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) result.resident_kib = std::stoull(line.substr(6));
    if (line.starts_with("VmHWM:")) result.peak_kib = std::stoull(line.substr(6));
  }
  return result;
}

std::chrono::microseconds cpu_of(pid_t pid) {
  auto file = open_entry(pid, "stat");
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const auto name_end = text.rfind(')');  // a name may hold anything
  if (name_end == std::string::npos) return {};
  std::istringstream fields{text.substr(name_end + 1)};
  constexpr int fields_before = 11;
  std::string passed_over;
  for (int i = 0; i < fields_before; ++i) fields >> passed_over;
  std::int64_t in_user = 0;
  std::int64_t in_kernel = 0;
  fields >> in_user >> in_kernel;
  static const auto ticks_per_second = ::sysconf(_SC_CLK_TCK);
  return std::chrono::microseconds{(in_user + in_kernel) * 1'000'000 / ticks_per_second};
}

}  // namespace troupe::topology
