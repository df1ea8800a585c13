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

  /// Whether one Opus frame can be so (RFC 6716, 2.1): at 8, 12, 16, 24 or 48 kHz, mono or stereo,
  /// 2.5, 5, 10, 20, 40 or 60 ms.
  [[nodiscard]] constexpr bool is_opus() const {
    constexpr std::uint32_t fullband_hz = 48000;
    if (sample_rate_hz == 0 || fullband_hz % sample_rate_hz != 0) return false;
    const auto factor = fullband_hz / sample_rate_hz;
    const bool is_rate = factor == 1 || factor == 2 || factor == 3 || factor == 4 || factor == 6;
    const auto size = std::uint64_t{frame_size} * factor;
    const bool is_size =
        size == 120 || size == 240 || size == 480 || size == 960 || size == 1920 || size == 2880;
    return is_rate && is_size && (channels == 1 || channels == 2);
  }

  friend bool operator==(const stream_format&, const stream_format&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, stream_format& x) {
  return f(x.sample_rate_hz, x.channels, x.frame_size);
}

}  // namespace troupe
