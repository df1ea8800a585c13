#include "actors/telemetry/adaptation_levels.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace troupe::telemetry {
namespace {

using namespace std::chrono_literals;

struct rung {
  double complexity;                         ///< share of what was asked for
  double bitrate;                            ///< the same
  std::chrono::microseconds frame_duration;  ///< at least
};

constexpr std::array<rung, 9> ladder{{{1, 1, 0us},
                                      {5.0 / 6, 0.9, 0us},
                                      {4.0 / 6, 0.8, 0us},
                                      {3.0 / 6, 0.7, 0us},
                                      {2.0 / 6, 0.6, 40ms},
                                      {1.0 / 6, 0.5, 40ms},
                                      {0, 0.4, 40ms},
                                      {0, 0.33, 60ms},
                                      {0, 0.25, 60ms}}};

/// The largest expectation that libopus makes much of; beyond it hardly anything is left of the
/// sound.
constexpr std::int32_t greatest_expected_loss_percent = 30;

/// Down towards `least`, from what was asked for, which may be less already.
template <class T>
T lowered(T asked_for, double share, T least) {
  const auto wanted = static_cast<T>(std::floor(static_cast<double>(asked_for) * share));
  return std::max(wanted, std::min(asked_for, least));
}

std::chrono::microseconds lengthened(std::chrono::microseconds asked_for,
                                     std::chrono::microseconds wanted,
                                     std::chrono::microseconds most) {
  if (wanted > most) wanted = most >= 40ms ? 40ms : asked_for;
  return std::max(asked_for, wanted);
}

void expect_loss(codec_settings& codec, double lost) {
  const auto percent = static_cast<std::int32_t>(std::ceil(100 * std::clamp(lost, 0.0, 1.0)));
  if (percent == 0) return;
  codec.fec = true;
  codec.expected_loss_percent =
      std::max(codec.expected_loss_percent, std::min(percent, greatest_expected_loss_percent));
}

}  // namespace

stream_tuning tuning_at(adaptation_level level, const stream_tuning& asked_for,
                        const adaptation_limits& limits, double lost) {
  const auto& step = ladder.at(static_cast<std::size_t>(to_number(level)));
  auto result = asked_for;
  auto& codec = result.codec;
  codec.complexity = lowered(codec.complexity, step.complexity, limits.min_complexity);
  codec.bitrate_bps = lowered(codec.bitrate_bps, step.bitrate, limits.min_bitrate_bps);
  codec.frame_duration =
      lengthened(codec.frame_duration, step.frame_duration, limits.max_frame_duration);
  expect_loss(codec, lost);
  const auto shorter =
      std::chrono::duration<double>{asked_for.codec.frame_duration} / codec.frame_duration;
  auto& delivery = result.delivery;
  delivery.queue_frames = lowered(delivery.queue_frames, shorter, limits.min_queue_frames);
  delivery.socket_buffer_bytes =
      lowered(delivery.socket_buffer_bytes, shorter, limits.min_socket_buffer_bytes);
  return result;
}

/// At 96 kbit/s, against complexity 0; each halving of the bitrate takes off another 15 % of that.
double encoder_cost(const codec_settings& codec) {
  constexpr std::array by_complexity{1.0, 1.33, 1.46, 1.56, 1.56, 2.0, 2.02, 2.6, 3.25, 3.25, 3.25};
  const auto halvings = std::log2(96'000.0 / codec.bitrate_bps);
  const auto channels = codec.channels == 1 ? 0.5 : 1.0;
  return channels * std::max(0.4, by_complexity.at(static_cast<std::size_t>(codec.complexity)) -
                                      0.15 * halvings);
}

}  // namespace troupe::telemetry
