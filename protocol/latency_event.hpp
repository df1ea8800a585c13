#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocol/client_number.hpp"
#include "protocol/clock.hpp"
#include "protocol/latency.hpp"

namespace troupe {

/// What of a client's latency, from capture to the kernel, can be more than it should.
enum class latency_alarm : std::uint8_t {
  target,   ///< the average is over what is aimed at
  average,  ///< the average is over what is good
  peak,     ///< a single frame took too long
  jitter,   ///< it changes too much from one frame to the next
};
inline constexpr std::size_t latency_alarm_count = 4;

[[nodiscard]] std::string_view to_string(latency_alarm alarm);

/// From where on there is an alarm. The average and the jitter are those of latency_summary.
struct latency_thresholds {
  std::chrono::nanoseconds target = std::chrono::milliseconds{50};
  std::chrono::nanoseconds average = std::chrono::milliseconds{90};
  std::chrono::nanoseconds peak = std::chrono::milliseconds{200};
  std::chrono::nanoseconds jitter = std::chrono::milliseconds{20};
  /// An alarm is cleared by a reading under this part of its threshold, so that one near it does
  /// not raise and clear it again and again.
  double clear_share = 0.8;

  [[nodiscard]] std::chrono::nanoseconds of(latency_alarm alarm) const;
};

/// A threshold was crossed.
struct latency_event {
  unix_time when{};
  latency_alarm alarm{};
  bool raised = false;     ///< over the threshold; otherwise well under it again
  client_number client{};  ///< 0: more than half of all, of whom there are several
  std::chrono::nanoseconds reading{};
  std::chrono::nanoseconds threshold{};
  latency_window evidence;  ///< what the client's last second was like; of all, for more than half
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, latency_event& x) {
  return f(x.when, x.alarm, x.raised, x.client, x.reading, x.threshold, x.evidence);
}

}  // namespace troupe
