#include "actors/media/opus_decoder.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include <opus/opus.h>

namespace troupe::media {
namespace {

const unsigned char* bytes_of(std::span<const std::byte> packet) {
  return reinterpret_cast<const unsigned char*>(packet.data());
}

opus_int32 size_of(std::span<const std::byte> packet) {
  return static_cast<opus_int32>(packet.size());
}

}  // namespace

void opus_decoder::destroy::operator()(OpusDecoder* decoder) const {
  opus_decoder_destroy(decoder);
}

opus_decoder::opus_decoder(std::uint32_t channels)
    : channels_(channels), samples_(std::size_t{max_samples} * channels) {
  int error = OPUS_OK;
  decoder_.reset(opus_decoder_create(sample_rate_hz, static_cast<int>(channels), &error));
  if (error != OPUS_OK)
    throw std::runtime_error{std::string{"Opus decoder: "} + opus_strerror(error)};
}

std::optional<std::uint32_t> opus_decoder::samples_in(std::span<const std::byte> packet) {
  if (packet.empty()) return std::nullopt;
  const int samples = opus_packet_get_nb_samples(bytes_of(packet), size_of(packet), sample_rate_hz);
  if (samples <= 0) return std::nullopt;
  return static_cast<std::uint32_t>(samples);
}

std::optional<std::span<const std::int16_t>> opus_decoder::decode(
    std::span<const std::byte> packet) {
  // To libopus, an empty packet is a lost one.
  if (packet.empty()) return std::nullopt;
  const int decoded = opus_decode(decoder_.get(), bytes_of(packet), size_of(packet),
                                  samples_.data(), max_samples, 0);
  if (decoded <= 0) return std::nullopt;
  return interleaved(static_cast<std::uint32_t>(decoded));
}

std::span<const std::int16_t> opus_decoder::conceal(std::uint32_t samples) {
  const int made =
      opus_decode(decoder_.get(), nullptr, 0, samples_.data(), static_cast<int>(samples), 0);
  return made == static_cast<int>(samples) ? interleaved(samples) : silence(samples);
}

std::span<const std::int16_t> opus_decoder::recover(std::span<const std::byte> next,
                                                    std::uint32_t samples) {
  const int made = opus_decode(decoder_.get(), bytes_of(next), size_of(next), samples_.data(),
                               static_cast<int>(samples), 1);
  return made == static_cast<int>(samples) ? interleaved(samples) : conceal(samples);
}

void opus_decoder::reset() { opus_decoder_ctl(decoder_.get(), OPUS_RESET_STATE); }

std::span<const std::int16_t> opus_decoder::interleaved(std::uint32_t samples) const {
  return {samples_.data(), std::size_t{samples} * channels_};
}

std::span<const std::int16_t> opus_decoder::silence(std::uint32_t samples) {
  std::fill_n(samples_.begin(), std::size_t{samples} * channels_, std::int16_t{0});
  return interleaved(samples);
}

}  // namespace troupe::media
