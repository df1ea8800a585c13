#pragma once

#include <chrono>
#include <optional>

#include "protocol/clock.hpp"

namespace troupe::media {

/// Says when each frame of a sound without a pace of its own is due, and how it is stamped.
///
/// Both are the anchor plus the exact sum of the durations of all frames before, in whole
/// nanoseconds: the millionth frame is as punctual as the first, and neighbouring timestamps
/// differ by exactly a frame's duration, which may change from any frame to the next.
class media_clock {
 public:
  /// A Unix clock that is further off was set: see `follow`.
  static constexpr std::chrono::milliseconds largest_step{100};

  /// The first frame is due now; the two times are of the same moment.
  media_clock(steady_time now, unix_time unix_now) : due_(now), timestamp_(unix_now) {}

  /// When the next frame is due.
  [[nodiscard]] steady_time due() const { return due_; }
  /// The timestamp of the next frame.
  [[nodiscard]] unix_time timestamp() const { return timestamp_; }

  /// The next frame was made; it lasts `duration`.
  void advance(std::chrono::nanoseconds duration);

  /// Makes the next frame due now. For a source that fell behind (there was no sound, or the
  /// machine slept), lest all frames that were missed come in one burst. Returns the time that was
  /// left out.
  std::chrono::nanoseconds slip(steady_time now, unix_time unix_now);

  /// If the Unix clock was set since the last anchor, makes the timestamps follow it. Returns how
  /// far they jumped, forwards or backwards.
  std::optional<std::chrono::nanoseconds> follow(steady_time now, unix_time unix_now);

 private:
  // Adding whole nanoseconds is exact, so the running sums need no anchor beside them.
  steady_time due_;
  unix_time timestamp_;
};

}  // namespace troupe::media
