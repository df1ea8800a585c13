#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace troupe::listening::test {

using opus_packet = std::vector<std::byte>;

struct tone_settings {
  std::chrono::microseconds frame_duration{20'000};
  int channels = 2;
  bool voice_with_fec = false;
};

/// A sine wave of 440 Hz at -6 dBFS, as Opus packets.
[[nodiscard]] std::vector<opus_packet> opus_tone(std::size_t frames, const tone_settings& = {});

}  // namespace troupe::listening::test
