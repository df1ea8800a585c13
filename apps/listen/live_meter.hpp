#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "apps/common/level_meter.hpp"
#include "protocol/clock.hpp"

namespace troupe::listening {

/// What the meter shows.
struct meter_reading {
  level_meter level;  ///< since the last reading
  std::chrono::nanoseconds heard{0};
  std::chrono::nanoseconds latency{0};  ///< the worst since the last reading
  std::uint64_t opus_bytes = 0;         ///< since the start
  std::uint64_t frames = 0;
  std::uint64_t missing_frames = 0;
  std::uint64_t reconnects = 0;
  bool connected = false;
};

/// Shows on stderr how the listening goes: on a terminal, one line that is drawn anew ten times a
/// second; elsewhere a line each second.
class live_meter {
 public:
  explicit live_meter(int descriptor);

  /// When to call `show` next.
  [[nodiscard]] steady_time due() const { return due_; }

  void show(const meter_reading& reading, steady_time now);

  /// Ends the line that is drawn on.
  void finish();

 private:
  /// How many bytes had come by when.
  struct rate_mark {
    steady_time time;
    std::uint64_t bytes = 0;
  };

  [[nodiscard]] double kilobits_per_second(const meter_reading& reading, steady_time now);
  [[nodiscard]] std::string line_for(const meter_reading& reading, steady_time now);

  int descriptor_;
  bool on_terminal_;
  bool drawn_ = false;
  steady_time due_;
  /// The rate is that since `older_`, one to two seconds ago.
  rate_mark older_;
  rate_mark newer_;
};

}  // namespace troupe::listening
