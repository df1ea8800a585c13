#include "actors/media/channel_mixer.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <string_view>

namespace troupe::media {
namespace {

/// Where a channel stands: left, right, between them, beside or behind on either side, behind in
/// the middle, or the low-frequency channel.
std::string_view positions(std::uint32_t channels) {
  switch (channels) {
    case 3:
      return "LRC";
    case 4:
      return "LRlr";
    case 5:
      return "LRClr";
    case 6:
      return "LRC-lr";
    case 7:
      return "LRC-clr";
    case 8:
      return "LRC-lrlr";
    default:
      return {};
  }
}

struct stereo_gain {
  float left;
  float right;
};

stereo_gain gain_of(char position) {
  constexpr float minus_3_db = 0.70710678F;
  switch (position) {
    case 'L':
      return {1, 0};
    case 'R':
      return {0, 1};
    case 'l':
      return {minus_3_db, 0};
    case 'r':
      return {0, minus_3_db};
    case 'C':
    case 'c':
      return {minus_3_db, minus_3_db};
    default:
      return {0, 0};
  }
}

void normalise(std::span<float> gains) {
  const float sum = std::accumulate(gains.begin(), gains.end(), 0.0F);
  for (auto& gain : gains) gain /= sum;
}

/// The gains of the left side, then those of the right; the gains of a side add up to one.
std::vector<float> stereo_gains(std::uint32_t channels) {
  std::vector<float> gains(std::size_t{2} * channels);
  const auto left = std::span{gains}.first(channels);
  const auto right = std::span{gains}.last(channels);
  const auto layout = positions(channels);
  for (std::size_t i = 0; i < channels; ++i) {
    const char alternating = i % 2 == 0 ? 'L' : 'R';
    const auto gain = gain_of(layout.empty() ? alternating : layout[i]);
    left[i] = gain.left;
    right[i] = gain.right;
  }
  normalise(left);
  normalise(right);
  return gains;
}

std::vector<float> mono_gains(std::uint32_t channels) {
  auto gains = stereo_gains(channels);
  for (std::size_t i = 0; i < channels; ++i) gains[i] = (gains[i] + gains[channels + i]) / 2;
  gains.resize(channels);
  return gains;
}

}  // namespace

channel_mixer::channel_mixer(std::uint32_t from, std::uint32_t to) : from_(from), to_(to) {
  if (from == 0 || to < 1 || to > 2)
    throw std::invalid_argument{"sound is mixed from one channel or more to one or two"};
  if (from > 1 && from != to) gains_ = to == 1 ? mono_gains(from) : stereo_gains(from);
}

void channel_mixer::mix(std::span<const float> in, std::span<float> out) const {
  if (is_identity()) {
    std::ranges::copy(in, out.begin());
  } else if (from_ == 1) {
    for (std::size_t i = 0; i < in.size(); ++i) out[2 * i] = out[2 * i + 1] = in[i];
  } else {
    mix_by_gains(in, out);
  }
}

void channel_mixer::mix_by_gains(std::span<const float> in, std::span<float> out) const {
  const auto* frame = in.data();
  for (std::size_t i = 0; i < out.size(); i += to_) {
    const auto* gain = gains_.data();
    for (std::size_t side = 0; side < to_; ++side) {
      out[i + side] = std::inner_product(frame, frame + from_, gain, 0.0F);
      gain += from_;
    }
    frame += from_;
  }
}

}  // namespace troupe::media
