#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace troupe {

/// The stretches of a frame's way whose time is taken.
enum class latency_stage : std::uint8_t {
  capture,     ///< from the first sample's capture to the start of encoding
  encode,      ///< in the encoder
  queue,       ///< from the encoder to the write that takes it
  write,       ///< in the system call that hands it to the kernel
  total,       ///< from the first sample's capture to the end of that write
  end_to_end,  ///< from the first sample's capture until its client's word that it has the frame
  link,        ///< from another node's sending of the frame until it is here
};
inline constexpr std::size_t latency_stage_count = 7;

[[nodiscard]] std::string_view to_string(latency_stage stage);

/// Which way a latency is going.
enum class latency_trend : std::uint8_t { stable, increasing, decreasing, volatile_ };

[[nodiscard]] std::string_view to_string(latency_trend trend);

/// One reading.
struct latency_sample {
  latency_stage stage{};
  std::chrono::nanoseconds duration{};
  friend bool operator==(const latency_sample&, const latency_sample&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, latency_sample& x) {
  return f(x.stage, x.duration);
}

/// What the readings of a stretch of time say. All is 0 where there were none.
struct latency_window {
  std::uint64_t count = 0;
  std::chrono::nanoseconds min{};  ///< exact
  std::chrono::nanoseconds max{};  ///< exact
  std::chrono::nanoseconds mean{};
  std::chrono::nanoseconds jitter{};  ///< mean difference of neighbours
  std::chrono::nanoseconds p50{};     ///< this and the others within 1 %
  std::chrono::nanoseconds p95{};
  std::chrono::nanoseconds p99{};
  std::chrono::nanoseconds p999{};
  latency_trend trend = latency_trend::stable;  ///< against what came before

  friend bool operator==(const latency_window&, const latency_window&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, latency_window& x) {
  return f(x.count, x.min, x.max, x.mean, x.jitter, x.p50, x.p95, x.p99, x.p999, x.trend);
}

/// What is known of one stage.
struct latency_summary {
  latency_stage stage{};
  std::chrono::nanoseconds current{};
  std::chrono::nanoseconds average{};  ///< exponential, alpha 0.1
  std::chrono::nanoseconds jitter{};   ///< smoothed by sixteenths, as in RFC 3550, 6.4.1
  latency_trend trend = latency_trend::stable;
  latency_window last_second;  ///< the last one that is over
  latency_window last_minute;  ///< the last 45 to 60 seconds
  latency_window since_start;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, latency_summary& x) {
  return f(x.stage, x.current, x.average, x.jitter, x.trend, x.last_second, x.last_minute,
           x.since_start);
}

}  // namespace troupe
