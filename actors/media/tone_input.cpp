#include "actors/media/tone_input.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

namespace troupe::media {
namespace {

constexpr double amplitude = 0.25118864315095801;  // -12 dBFS

}  // namespace

tone_input::tone_input(double frequency_hz, pcm_shape shape)
    : frequency_hz_(frequency_hz), shape_(shape) {}

pcm_result tone_input::read(std::span<float> samples) {
  const auto turns_per_sample = frequency_hz_ / shape_.sample_rate_hz;
  const auto level = turns_per_sample < 0.5 ? amplitude : 0.0;
  for (std::size_t i = 0; i < samples.size(); i += shape_.channels) {
    const auto sample = static_cast<float>(level * std::sin(2 * std::numbers::pi * phase_));
    std::ranges::fill(samples.subspan(i, shape_.channels), sample);
    phase_ += turns_per_sample;
    phase_ -= std::floor(phase_);
  }
  return pcm_ready{};
}

void tone_input::seek(std::chrono::nanoseconds place) {
  const auto turns = frequency_hz_ * std::chrono::duration<double>{place}.count();
  phase_ = turns - std::floor(turns);
}

std::string tone_input::description() const {
  return fmt::format("tone of {} Hz at -12 dBFS", frequency_hz_);
}

}  // namespace troupe::media
