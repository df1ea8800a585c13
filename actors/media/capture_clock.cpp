#include "actors/media/capture_clock.hpp"

#include <algorithm>

namespace troupe::media {

unix_time capture_clock::stamp(unix_time estimate, std::chrono::nanoseconds duration) {
  // Of each error a sixteenth is corrected: jitter of a few milliseconds all but vanishes, and a
  // device that is off by 100 millionths of its rate stays within 32 microseconds at 20 ms.
  constexpr int smoothing = 16;
  constexpr std::chrono::nanoseconds limit = largest_correction;
  auto stamped = estimate;
  if (expected_) {
    const auto error = estimate - *expected_;
    if (std::chrono::abs(error) <= largest_error)
      stamped = *expected_ + std::clamp(error / smoothing, -limit, limit);
  }
  expected_ = stamped + duration;
  return stamped;
}

}  // namespace troupe::media
