// To be loaded before a program (LD_PRELOAD): its clock of the day is ahead by SHIFTED_CLOCK_BY_NS,
// and gains SHIFTED_CLOCK_PPM millionths since the steady clock stood at SHIFTED_CLOCK_SINCE_NS.

#include <cstdint>
#include <cstdlib>

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

namespace {

constexpr std::int64_t second = 1'000'000'000;

double number_in(const char* variable) {
  const char* const text = std::getenv(variable);
  return text != nullptr ? std::strtod(text, nullptr) : 0;
}

std::int64_t read_clock(clockid_t which) {
  timespec now{};
  ::syscall(SYS_clock_gettime, which, &now);
  return now.tv_sec * second + now.tv_nsec;
}

std::int64_t shift() {
  static const double ahead = number_in("SHIFTED_CLOCK_BY_NS");
  static const double ppm = number_in("SHIFTED_CLOCK_PPM");
  static const double since = number_in("SHIFTED_CLOCK_SINCE_NS");
  const auto passed = static_cast<double>(read_clock(CLOCK_MONOTONIC)) - since;
  return static_cast<std::int64_t>(ahead + passed * ppm * 1e-6);
}

}  // namespace

extern "C" int clock_gettime(clockid_t which, timespec* result) noexcept {
  const auto failed = ::syscall(SYS_clock_gettime, which, result);
  if (failed != 0 || which != CLOCK_REALTIME) return static_cast<int>(failed);
  const auto shifted = result->tv_sec * second + result->tv_nsec + shift();
  result->tv_sec = shifted / second;
  result->tv_nsec = shifted % second;
  return 0;
}
