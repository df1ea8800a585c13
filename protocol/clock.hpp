#pragma once

#include <chrono>

namespace troupe {

/// A point in Unix time, as the wire carries it.
using unix_time = std::chrono::sys_time<std::chrono::nanoseconds>;

/// A point on the machine's monotonic clock: for intervals, never for the wire.
using steady_time = std::chrono::steady_clock::time_point;

[[nodiscard]] inline unix_time unix_now() {
  return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
}

}  // namespace troupe
