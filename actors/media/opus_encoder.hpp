#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "protocol/codec_settings.hpp"

struct OpusEncoder;

namespace troupe::media {

/// libopus's encoder, as `codec_settings` say.
class opus_encoder {
 public:
  /// Expects settings without a complaint. Throws std::runtime_error when libopus refuses them.
  explicit opus_encoder(const codec_settings& settings);

  /// Takes other settings from the next frame on. The encoder's memory of the sound before is kept
  /// unless the rate or the channels change.
  void configure(const codec_settings& settings);

  /// Forgets the sound before: what comes next is decoded without it.
  void reset();

  /// Encodes one frame of format().frame_size * channels interleaved samples into `packet`.
  /// Returns the packet's size in bytes. Throws std::runtime_error when libopus fails.
  [[nodiscard]] std::size_t encode(std::span<const float> samples, std::span<std::byte> packet);

  [[nodiscard]] const codec_settings& settings() const { return settings_; }

 private:
  struct destroyer {
    void operator()(OpusEncoder* encoder) const;
  };

  void create();
  void set(int request, int value);
  void apply();

  codec_settings settings_;
  std::unique_ptr<OpusEncoder, destroyer> encoder_;
};

}  // namespace troupe::media
