#pragma once

#include <vector>

#include "actors/media/opus_encoder.hpp"
#include "protocol/frame.hpp"

namespace troupe::test {

/// Real Opus frames of silence in `settings`' format, numbered from `first`.
class sound_frames {
 public:
  explicit sound_frames(const codec_settings& settings = {}, std::uint64_t first = 0)
      : encoder_(settings), next_(first) {}

  frame_ptr next() {
    const auto format = encoder_.settings().format();
    const std::vector<float> silence(std::size_t{format.frame_size} * format.channels);
    frame_builder builder;
    const auto size = encoder_.encode(silence, builder.packet_space());
    return std::move(builder).finish(size, {.sequence = frame_sequence{next_++},
                                            .captured = unix_now(),
                                            .encoded = std::chrono::steady_clock::now(),
                                            .format = format});
  }

  /// As if a frame had been lost on the way.
  void skip(std::uint64_t count) { next_ += count; }

 private:
  media::opus_encoder encoder_;
  std::uint64_t next_;
};

}  // namespace troupe::test
