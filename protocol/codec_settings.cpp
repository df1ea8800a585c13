#include "protocol/codec_settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace troupe {
namespace {

using namespace std::chrono_literals;

constexpr std::array sample_rates{8000, 12000, 16000, 24000, 48000};
constexpr std::array<std::chrono::microseconds, 6> frame_durations{2500us, 5ms,  10ms,
                                                                   20ms,   40ms, 60ms};

template <class Range, class Value>
bool contains(const Range& range, const Value& value) {
  return std::find(range.begin(), range.end(), value) != range.end();
}

/// 2499 us are "2.499", 30000 us are "30".
std::string in_milliseconds(std::chrono::microseconds duration) {
  std::array<char, 32> digits{};
  const auto milliseconds = static_cast<double>(duration.count()) / 1000;
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), milliseconds);
  return {digits.data(), written.ptr};
}

std::string got(std::int64_t value) { return ", not " + std::to_string(value); }

}  // namespace

stream_format codec_settings::format() const {
  const auto samples = frame_duration.count() * sample_rate_hz / 1'000'000;
  return {.sample_rate_hz = static_cast<std::uint32_t>(sample_rate_hz),
          .channels = static_cast<std::uint32_t>(channels),
          .frame_size = static_cast<std::uint32_t>(samples)};
}

std::optional<std::string> codec_settings::complaint() const {
  if (!contains(sample_rates, sample_rate_hz))
    return "the Opus sample rate is 8000, 12000, 16000, 24000 or 48000 Hz" + got(sample_rate_hz);
  if (channels != 1 && channels != 2) return "Opus has 1 or 2 channels" + got(channels);
  if (!contains(frame_durations, frame_duration))
    return "an Opus frame lasts 2.5, 5, 10, 20, 40 or 60 ms, not " +
           in_milliseconds(frame_duration) + " ms";
  if (bitrate_bps < 6'000 || bitrate_bps > 510'000)
    return "the bitrate is 6000 to 510000 bit/s" + got(bitrate_bps);
  if (complexity < 0 || complexity > 10) return "the complexity is 0 to 10" + got(complexity);
  if (expected_loss_percent < 0 || expected_loss_percent > 100)
    return "the expected loss is 0 to 100 percent" + got(expected_loss_percent);
  return std::nullopt;
}

void apply_quality(quality level, codec_settings& settings) {
  struct bundle {
    std::int32_t bitrate_bps;
    std::int32_t complexity;
    opus_bandwidth bandwidth;
  };
  static constexpr std::array<bundle, 4> bundles{{{48'000, 3, opus_bandwidth::wide},
                                                  {80'000, 6, opus_bandwidth::superwide},
                                                  {128'000, 9, opus_bandwidth::full},
                                                  {160'000, 8, opus_bandwidth::superwide}}};
  const auto& chosen = bundles.at(static_cast<std::size_t>(level));
  settings.bitrate_bps = chosen.bitrate_bps;
  settings.complexity = chosen.complexity;
  settings.bandwidth = chosen.bandwidth;
}

std::string_view to_string(opus_signal signal) {
  switch (signal) {
    case opus_signal::automatic:
      return "auto";
    case opus_signal::voice:
      return "voice";
    case opus_signal::music:
      return "music";
  }
  return "unknown";
}

std::string_view to_string(opus_bandwidth bandwidth) {
  switch (bandwidth) {
    case opus_bandwidth::narrow:
      return "narrow";
    case opus_bandwidth::medium:
      return "medium";
    case opus_bandwidth::wide:
      return "wide";
    case opus_bandwidth::superwide:
      return "superwide";
    case opus_bandwidth::full:
      return "full";
  }
  return "unknown";
}

}  // namespace troupe
