#pragma once

#include <chrono>
#include <cstdint>

namespace troupe {

/// What one frame of a stream holds. The three numbers are those of the wire's config message.
struct stream_format {
  std::uint32_t sample_rate_hz = 48000;
  std::uint32_t channels = 2;
  /// Samples for each channel in one frame.
  std::uint32_t frame_size = 960;

  /// Zero for a format without a sample rate, as a hostile config message may claim.
  [[nodiscard]] constexpr std::chrono::nanoseconds frame_duration() const {
    if (sample_rate_hz == 0) return std::chrono::nanoseconds{0};
    return std::chrono::nanoseconds{std::int64_t{frame_size} * 1'000'000'000 / sample_rate_hz};
  }

  friend bool operator==(const stream_format&, const stream_format&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, stream_format& x) {
  return f(x.sample_rate_hz, x.channels, x.frame_size);
}

}  // namespace troupe
