#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "protocol/clock.hpp"

namespace troupe::media {

/// A moment on both clocks. They are read one after the other, and in between the thread may have
/// been held up.
struct moment {
  static constexpr std::chrono::milliseconds largest_doubt{2};

  steady_time steady{};
  unix_time in_unix{};
  std::chrono::nanoseconds doubt{};  ///< the two are no further apart than half of this

  /// Whether the two belong together, so that more than `largest_doubt` means a clock was set.
  [[nodiscard]] bool is_sure() const { return doubt <= largest_doubt; }

  /// What the Unix clock is ahead of the steady one. It jumps when the Unix clock is set.
  [[nodiscard]] std::chrono::nanoseconds offset() const {
    return in_unix.time_since_epoch() - steady.time_since_epoch();
  }
};

/// Reads both clocks, again if the thread was held up in between, but no more than three times; the
/// best reading counts.
[[nodiscard]] moment read_together(
    const std::function<steady_time()>& steady_clock = std::chrono::steady_clock::now,
    const std::function<unix_time()>& unix_clock = unix_now);

/// Says when each frame of a sound without a pace of its own is due, and how it is stamped.
///
/// Both are the anchor plus the exact sum of the durations of all frames before, in whole
/// nanoseconds: the millionth frame is as punctual as the first, and neighbouring timestamps
/// differ by exactly a frame's duration, which may change from any frame to the next.
class media_clock {
 public:
  /// A Unix clock that is further off was set: see `follow`.
  static constexpr std::chrono::milliseconds largest_step{100};

  /// The first frame is due now.
  explicit media_clock(const moment& now) : due_(now.steady), timestamp_(now.in_unix) {}

  /// When the next frame is due.
  [[nodiscard]] steady_time due() const { return due_; }
  /// The timestamp of the next frame.
  [[nodiscard]] unix_time timestamp() const { return timestamp_; }

  /// The next frame was made; it lasts `duration`.
  void advance(std::chrono::nanoseconds duration);

  /// Makes the next frame due now. For a source that fell behind (there was no sound, or the
  /// machine slept), lest all frames that were missed come in one burst. Returns the time that was
  /// left out.
  std::chrono::nanoseconds slip(const moment& now);

  /// If the Unix clock was set since the last anchor, makes the timestamps follow it. Returns how
  /// far they jumped, forwards or backwards. A moment that is not sure tells nothing of that.
  std::optional<std::chrono::nanoseconds> follow(const moment& now);

 private:
  // Adding whole nanoseconds is exact, so the running sums need no anchor beside them.
  steady_time due_;
  unix_time timestamp_;
};

}  // namespace troupe::media
