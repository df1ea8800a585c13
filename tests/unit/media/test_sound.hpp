#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "actors/media/pcm_input.hpp"
#include "protocol/failure.hpp"

namespace troupe::test {

/// A directory under the system's temporary one, removed with its contents at the end.
class scratch_directory {
 public:
  scratch_directory();
  ~scratch_directory();
  scratch_directory(const scratch_directory&) = delete;
  scratch_directory& operator=(const scratch_directory&) = delete;

  [[nodiscard]] std::string path(const std::string& name) const { return directory_ / name; }

 private:
  std::filesystem::path directory_;
};

/// A sine on all channels, interleaved.
[[nodiscard]] std::vector<float> sine(double frequency_hz, media::pcm_shape shape,
                                      std::size_t frames, double amplitude = 0.5);

/// Frame n is n of 32768, on all channels; exact in 16 bits.
[[nodiscard]] std::vector<float> ramp(std::size_t frames, std::uint32_t channels);

/// How far a tone of `frequency_hz` stands above everything else in a channel, in decibels.
[[nodiscard]] double signal_to_noise_db(std::span<const float> channel, double frequency_hz,
                                        double sample_rate_hz);

/// Every `channels`-th of interleaved samples, from `channel` on.
[[nodiscard]] std::vector<float> channel_of(std::span<const float> samples, std::size_t channels,
                                            std::size_t channel);

/// Writes a sound file; `format` as libsndfile names it.
void write_sound(const std::string& path, std::span<const float> samples, media::pcm_shape shape,
                 int format);
/// As WAV of 32-bit floats.
void write_wav(const std::string& path, std::span<const float> samples, media::pcm_shape shape);

void write_bytes(const std::string& path, std::span<const std::byte> bytes);

/// As signed 16-bit little-endian samples.
[[nodiscard]] std::vector<std::byte> as_16_bits(std::span<const float> samples);

/// Reads frames of `frame_size` samples for each channel until the end; only what was said to have
/// come is kept. An answer that asks to wait fails the test.
[[nodiscard]] std::vector<float> read_to_end(media::pcm_input& input, std::size_t channels,
                                             std::size_t frame_size = 960);

/// Reads `count` buffers; an answer other than pcm_ready fails the test.
[[nodiscard]] std::vector<float> read_ready(media::pcm_input& input, std::size_t buffer_samples,
                                            std::size_t count);

/// Reads `count` buffers, and waits in between as the input asks.
[[nodiscard]] std::vector<float> read_waiting(media::pcm_input& input, std::size_t buffer_samples,
                                              std::size_t count);

/// Waits as an answer asks; false if it did not ask.
bool wait_as_asked(const media::pcm_result& result);

/// What was told and how, when `open` was refused.
struct refusal {
  bool refused = false;
  failure_kind kind{};
  std::string message;
};
template <class Open>
[[nodiscard]] refusal refusal_of(Open open) {
  try {
    open();
  } catch (const failure& told) {
    return {.refused = true, .kind = told.kind(), .message = told.what()};
  }
  return {};
}

}  // namespace troupe::test
