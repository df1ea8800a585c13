#pragma once

#include "actors/media/pcm_input.hpp"

namespace troupe::media {

/// A sine wave at -12 dBFS on every channel, without an end. Its phase is continuous, through any
/// change of shape. A tone that the sample rate cannot carry (half of it or more) is silence.
class tone_input : public pcm_input {
 public:
  tone_input(double frequency_hz, pcm_shape shape);

  pcm_result read(std::span<float> samples) override;
  void reshape(pcm_shape shape) override { shape_ = shape; }
  [[nodiscard]] bool can_seek() const override { return true; }
  void seek(std::chrono::nanoseconds place) override;
  [[nodiscard]] pcm_pace pace() const override { return pcm_pace::clock; }
  [[nodiscard]] std::string description() const override;

 private:
  double frequency_hz_;
  pcm_shape shape_;
  /// In turns, from 0 up to 1: kept small, so that it is as exact after days as at first.
  double phase_ = 0;
};

}  // namespace troupe::media
