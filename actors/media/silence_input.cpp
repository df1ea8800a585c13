#include "actors/media/silence_input.hpp"

#include <algorithm>

namespace troupe::media {

pcm_result silence_input::read(std::span<float> samples) {
  std::ranges::fill(samples, 0.0F);
  return pcm_ready{};
}

void silence_input::reshape(pcm_shape /*shape*/) {}

}  // namespace troupe::media
