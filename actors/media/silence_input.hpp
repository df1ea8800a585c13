#pragma once

#include "actors/media/pcm_input.hpp"

namespace troupe::media {

/// Digital silence without an end.
class silence_input : public pcm_input {
 public:
  pcm_result read(std::span<float> samples) override;
  void reshape(pcm_shape shape) override;
  [[nodiscard]] bool can_seek() const override { return true; }
  void seek(std::chrono::nanoseconds /*place*/) override {}
  [[nodiscard]] pcm_pace pace() const override { return pcm_pace::clock; }
  [[nodiscard]] std::string description() const override { return "silence"; }
};

}  // namespace troupe::media
