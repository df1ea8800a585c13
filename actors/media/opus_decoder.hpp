#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

struct OpusDecoder;

namespace troupe::media {

/// Turns Opus packets into samples: 48 kHz, interleaved, 16 bits. Spans that it returns are valid
/// until the next call.
class opus_decoder {
 public:
  static constexpr std::uint32_t sample_rate_hz = 48000;
  /// No packet holds more than this: 120 ms, counted for each channel.
  static constexpr std::uint32_t max_samples = 5760;

  /// `channels` is 1 or 2, whatever the packets hold: what they hold is mixed to that.
  /// Throws std::runtime_error.
  explicit opus_decoder(std::uint32_t channels);

  /// How many samples for each channel a packet holds; nothing if it is no Opus packet.
  [[nodiscard]] static std::optional<std::uint32_t> samples_in(std::span<const std::byte> packet);

  /// The samples of a packet, or nothing if it cannot be decoded.
  [[nodiscard]] std::optional<std::span<const std::int16_t>> decode(
      std::span<const std::byte> packet);

  /// Sound in place of a lost packet, made from what came before it. `samples` for each channel is
  /// a multiple of 120 (2.5 ms), at most max_samples.
  [[nodiscard]] std::span<const std::int16_t> conceal(std::uint32_t samples);

  /// The same for the last packet before `next`, from the forward error correction in `next` where
  /// there is some. To be called before `next` is decoded.
  [[nodiscard]] std::span<const std::int16_t> recover(std::span<const std::byte> next,
                                                      std::uint32_t samples);

  /// Forgets what came before, as before sound that does not follow from it.
  void reset();

 private:
  struct destroy {
    void operator()(OpusDecoder* decoder) const;
  };

  [[nodiscard]] std::span<const std::int16_t> interleaved(std::uint32_t samples) const;
  [[nodiscard]] std::span<const std::int16_t> silence(std::uint32_t samples);

  std::uint32_t channels_;
  std::unique_ptr<OpusDecoder, destroy> decoder_;
  std::vector<std::int16_t> samples_;
};

}  // namespace troupe::media
