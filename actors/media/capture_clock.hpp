#pragma once

#include <chrono>
#include <optional>

#include "actors/media/media_clock.hpp"
#include "protocol/clock.hpp"

namespace troupe::media {

/// Makes even timestamps from the uneven estimates of when sound was captured.
///
/// A device tells how much sound waits in it only roughly: in steps of a period, and as late as
/// the thread that asks. The clock expects each frame where the last one ended and moves a little
/// towards the estimate, so that neighbours differ by a frame's duration and at most
/// `largest_correction` more or less, and still the device's own speed is followed.
///
/// Timestamps never go back, unless the sound was interrupted or the Unix clock was set. A writer
/// may be ahead of time (`cat file | ...`): then the estimates fall behind by more with each frame,
/// and the timestamps still follow the sound, into the future. How far an estimate is behind does
/// not tell such a writer from a clock that was set back; the steady clock does.
class capture_clock {
 public:
  static constexpr std::chrono::microseconds largest_correction{500};
  /// An estimate that is later by more is believed: sound was lost. One that is too early never is.
  static constexpr std::chrono::milliseconds largest_error{50};

  /// The timestamp of a frame of `duration` whose first sample was captured about `estimate`;
  /// `now` is not before that estimate was made.
  [[nodiscard]] unix_time stamp(unix_time estimate, std::chrono::nanoseconds duration,
                                const moment& now);

  /// The sound was interrupted: the next estimate is believed as it is.
  void restart() { expected_.reset(); }

 private:
  void follow(const moment& now);

  std::optional<unix_time> expected_;
  std::optional<std::chrono::nanoseconds> offset_;  ///< of the Unix clock, when it was last sure
};

}  // namespace troupe::media
