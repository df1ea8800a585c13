#pragma once

#include <chrono>

namespace troupe {

/// A point in Unix time, as the wire carries it.
using unix_time = std::chrono::sys_time<std::chrono::nanoseconds>;

/// A point on the machine's monotonic clock: for intervals, never for the wire.
using steady_time = std::chrono::steady_clock::time_point;

/// The next time after `now` that is `phase`, up to an interval, after a whole multiple of
/// `interval`. What is done at intervals is done at such times, so that one wake-up serves all who
/// have something to do then: a wake-up costs as much as a tenth of a frame.
[[nodiscard]] constexpr steady_time next_beat(steady_time now, std::chrono::nanoseconds interval,
                                              std::chrono::nanoseconds phase = {}) {
  return now + (interval - (now.time_since_epoch() + interval - phase) % interval);
}

/// For people, and for JSON.
[[nodiscard]] constexpr double to_milliseconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double, std::milli>{duration}.count();
}
[[nodiscard]] constexpr double to_microseconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double, std::micro>{duration}.count();
}

[[nodiscard]] inline unix_time unix_now() {
  return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
}

}  // namespace troupe
