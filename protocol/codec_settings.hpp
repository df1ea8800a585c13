#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/stream_format.hpp"

namespace troupe {

enum class opus_signal : std::uint8_t { automatic, voice, music };
enum class opus_bandwidth : std::uint8_t { narrow, medium, wide, superwide, full };

/// All that is set on an Opus encoder. The defaults are those of a node without options.
struct codec_settings {
  std::int32_t sample_rate_hz = 48000;               ///< 8000, 12000, 16000, 24000 or 48000
  std::int32_t channels = 2;                         ///< 1 or 2
  std::chrono::microseconds frame_duration{20'000};  ///< 2.5, 5, 10, 20, 40 or 60 ms
  std::int32_t bitrate_bps = 96'000;                 ///< 6,000 to 510,000
  std::int32_t complexity = 3;                       ///< 0 to 10
  bool vbr = true;
  bool constrained_vbr = true;  ///< only with vbr
  opus_signal signal = opus_signal::music;
  opus_bandwidth bandwidth = opus_bandwidth::full;
  bool dtx = false;
  bool fec = false;                        ///< in-band forward error correction
  std::int32_t expected_loss_percent = 0;  ///< 0 to 100

  [[nodiscard]] stream_format format() const;

  /// What is wrong with these settings, in words for the user; nothing when all is well.
  [[nodiscard]] std::optional<std::string> complaint() const;

  friend bool operator==(const codec_settings&, const codec_settings&) = default;
};

/// The bundles that `--quality` names.
enum class quality : std::uint8_t { low, medium, high, ultra };

/// Sets bitrate, complexity and bandwidth as `level` says; the rest stays.
void apply_quality(quality level, codec_settings& settings);

[[nodiscard]] std::string_view to_string(opus_signal signal);
[[nodiscard]] std::string_view to_string(opus_bandwidth bandwidth);

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, codec_settings& x) {
  return f(x.sample_rate_hz, x.channels, x.frame_duration, x.bitrate_bps, x.complexity, x.vbr,
           x.constrained_vbr, x.signal, x.bandwidth, x.dtx, x.fec, x.expected_loss_percent);
}

}  // namespace troupe
