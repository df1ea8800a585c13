#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace troupe {

/// The stretches of a frame's way whose time is taken.
enum class latency_stage : std::uint8_t {
  capture,  ///< from the first sample's capture to the start of encoding
  encode,   ///< in the encoder
  queue,    ///< from the encoder to the write that takes it
  write,    ///< in the system call that hands it to the kernel
  total,    ///< from the first sample's capture to the end of that write
};
inline constexpr std::size_t latency_stage_count = 5;

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

/// What is known of one stage since the start.
struct latency_summary {
  latency_stage stage{};
  std::uint64_t count = 0;
  std::chrono::nanoseconds current{};
  std::chrono::nanoseconds average{};  ///< exponential, alpha 0.1
  std::chrono::nanoseconds min{};
  std::chrono::nanoseconds max{};
  std::chrono::nanoseconds jitter{};  ///< mean difference of neighbours, as in RFC 3550, 6.4.1
  latency_trend trend = latency_trend::stable;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, latency_summary& x) {
  return f(x.stage, x.count, x.current, x.average, x.min, x.max, x.jitter, x.trend);
}

}  // namespace troupe
