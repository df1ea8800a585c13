#pragma once

#include <chrono>
#include <optional>

#include "protocol/clock.hpp"

namespace troupe::media {

/// Makes even timestamps from the uneven estimates of when sound was captured.
///
/// A device tells how much sound waits in it only roughly: in steps of a period, and as late as
/// the thread that asks. The clock expects each frame where the last one ended and moves a little
/// towards the estimate, so that neighbours differ by a frame's duration and at most
/// `largest_correction` more or less, and still the device's own speed is followed.
class capture_clock {
 public:
  static constexpr std::chrono::microseconds largest_correction{500};
  /// An estimate that is further off is believed: sound was lost, or the Unix clock was set.
  static constexpr std::chrono::milliseconds largest_error{50};

  /// The timestamp of a frame of `duration` whose first sample was captured about `estimate`.
  [[nodiscard]] unix_time stamp(unix_time estimate, std::chrono::nanoseconds duration);

  /// The sound was interrupted: the next estimate is believed as it is.
  void restart() { expected_.reset(); }

 private:
  std::optional<unix_time> expected_;
};

}  // namespace troupe::media
