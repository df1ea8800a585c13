#include "apps/bench/process_cost.hpp"

#include <fstream>

#include <sys/resource.h>
#include <unistd.h>

namespace troupe::bench {
namespace {

std::chrono::nanoseconds duration_of(const timeval& time) {
  return std::chrono::seconds{time.tv_sec} + std::chrono::microseconds{time.tv_usec};
}

std::size_t resident_memory_kib() {
  std::size_t size = 0;
  std::size_t resident = 0;
  std::ifstream{"/proc/self/statm"} >> size >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) / 1024;
}

}  // namespace

process_cost process_cost::now() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return {.cpu = duration_of(usage.ru_utime) + duration_of(usage.ru_stime),
          .when = std::chrono::steady_clock::now(),
          .resident_kib = resident_memory_kib()};
}

}  // namespace troupe::bench
