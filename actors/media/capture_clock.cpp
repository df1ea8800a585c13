#include "actors/media/capture_clock.hpp"

#include <algorithm>

namespace troupe::media {
namespace {

/// What is expected, moved a little towards the estimate.
unix_time smoothed(unix_time expected, unix_time estimate) {
  // Of each error a sixteenth is corrected: jitter of a few milliseconds all but vanishes, and a
  // device that is off by 100 millionths of its rate stays within 32 microseconds at 20 ms.
  constexpr int smoothing = 16;
  // Less than the shortest frame, so that even a frame that is early comes after the one before.
  constexpr std::chrono::nanoseconds limit = capture_clock::largest_correction;
  return expected + std::clamp((estimate - expected) / smoothing, -limit, limit);
}

}  // namespace

unix_time capture_clock::stamp(unix_time estimate, std::chrono::nanoseconds duration,
                               const moment& now) {
  follow(now);
  // No sound is of the future: that estimate was made before the Unix clock was set back.
  auto stamped = std::min(estimate, now.in_unix);
  if (expected_ && stamped - *expected_ <= largest_error) stamped = smoothed(*expected_, stamped);
  expected_ = stamped + duration;
  return stamped;
}

/// What is expected moves with a Unix clock that was set since the last frame. Where that clock is
/// merely slowed down or sped up, the estimates tell.
void capture_clock::follow(const moment& now) {
  if (!now.is_sure()) return;
  const auto step = now.offset() - offset_.value_or(now.offset());
  if (expected_ && std::chrono::abs(step) > media_clock::largest_step) *expected_ += step;
  offset_ = now.offset();
}

}  // namespace troupe::media
