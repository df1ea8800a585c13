#include "actors/network/followed_clock.hpp"

#include <algorithm>
#include <cstdint>

namespace troupe::network {
namespace {

using namespace std::chrono_literals;

/// A clock that is further off than this was set, and is followed at once; others are followed by
/// 0.5 ms a second.
constexpr std::chrono::nanoseconds largest_slew = 50ms;
constexpr std::int64_t slew_divisor = 2000;

}  // namespace

std::chrono::nanoseconds followed_clock::offset_for(std::chrono::nanoseconds frame_duration,
                                                    steady_time now) {
  const auto estimate = estimator_.at(now);
  if (!estimate) return {};
  if (!offset_) offset_ = estimate->offset;
  const auto off_by = estimate->offset - *offset_;
  if (std::chrono::abs(off_by) > largest_slew) {
    offset_ = estimate->offset;
  } else if (std::chrono::abs(off_by) > estimate->error) {
    const auto step = frame_duration / slew_divisor;
    *offset_ += std::clamp(off_by, -step, step);
  }
  return *offset_;
}

std::chrono::nanoseconds followed_clock::error(const clock_estimator::estimate& estimate) const {
  const auto lag = offset_ ? std::chrono::abs(estimate.offset - *offset_) : 0ns;
  return estimate.error + (lag > largest_slew ? 0ns : lag);
}

}  // namespace troupe::network
