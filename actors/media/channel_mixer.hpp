#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace troupe::media {

/// Mixes interleaved sound of any number of channels to one or two.
///
/// The channels of 3.0, quad, 5.0, 5.1, 6.1 and 7.1 are taken in the order of WAV: the centre and
/// the surrounds come in at -3 dB, the low-frequency channel is left out. In any other sound of
/// more than two channels every second one goes to the right. No mix can exceed the loudest of
/// its channels; mono goes to both sides as it is, stereo to mono as the mean.
class channel_mixer {
 public:
  /// `to` is 1 or 2.
  channel_mixer(std::uint32_t from, std::uint32_t to);

  [[nodiscard]] std::uint32_t from() const { return from_; }
  [[nodiscard]] std::uint32_t to() const { return to_; }
  [[nodiscard]] bool is_identity() const { return from_ == to_; }

  /// Mixes all of `in` into `out`, which holds as many frames.
  void mix(std::span<const float> in, std::span<float> out) const;

 private:
  void mix_by_gains(std::span<const float> in, std::span<float> out) const;

  std::uint32_t from_;
  std::uint32_t to_;
  /// One gain for each input channel, for the first output channel, then for the second.
  std::vector<float> gains_;
};

}  // namespace troupe::media
