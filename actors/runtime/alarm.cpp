#include "actors/runtime/alarm.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <system_error>

#include <sys/timerfd.h>
#include <unistd.h>

namespace troupe::runtime {
namespace {

timespec to_timespec(steady_time when) {
  using namespace std::chrono;
  const auto since_start = std::max<nanoseconds>(when.time_since_epoch(), 1ns);  // 0 is never
  const auto whole = duration_cast<seconds>(since_start);
  return {.tv_sec = static_cast<time_t>(whole.count()),
          .tv_nsec = static_cast<long>((since_start - whole).count())};
}

}  // namespace

alarm::alarm() : timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)) {
  if (!timer_) throw std::system_error{errno, std::generic_category(), "timerfd_create"};
}

void alarm::set(steady_time when) {
  const itimerspec setting{.it_interval = {}, .it_value = to_timespec(when)};
  ::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &setting, nullptr);
}

bool alarm::take() const {
  std::uint64_t times = 0;
  return ::read(timer_.get(), &times, sizeof times) == sizeof times;
}

}  // namespace troupe::runtime
