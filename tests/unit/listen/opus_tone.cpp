#include "tests/unit/listen/opus_tone.hpp"

#include <cmath>
#include <memory>
#include <numbers>
#include <stdexcept>

#include <opus/opus.h>

namespace troupe::listening::test {
namespace {

using encoder_owner = std::unique_ptr<OpusEncoder, decltype(&opus_encoder_destroy)>;

encoder_owner make_encoder(const tone_settings& settings) {
  int error = OPUS_OK;
  const int application =
      settings.voice_with_fec ? OPUS_APPLICATION_VOIP : OPUS_APPLICATION_RESTRICTED_LOWDELAY;
  encoder_owner encoder{opus_encoder_create(48000, settings.channels, application, &error),
                        &opus_encoder_destroy};
  if (error != OPUS_OK) throw std::runtime_error{opus_strerror(error)};
  if (settings.voice_with_fec) {
    opus_encoder_ctl(encoder.get(), OPUS_SET_BITRATE(24'000));
    opus_encoder_ctl(encoder.get(), OPUS_SET_INBAND_FEC(1));
    opus_encoder_ctl(encoder.get(), OPUS_SET_PACKET_LOSS_PERC(30));
  }
  return encoder;
}

}  // namespace

std::vector<opus_packet> opus_tone(std::size_t frames, const tone_settings& settings) {
  const auto encoder = make_encoder(settings);
  const auto samples = static_cast<std::size_t>(settings.frame_duration.count() * 48 / 1000);
  const auto channels = static_cast<std::size_t>(settings.channels);
  std::vector<float> pcm(samples * channels);
  std::vector<opus_packet> packets;
  for (std::size_t frame = 0; frame < frames; ++frame) {
    for (std::size_t i = 0; i < pcm.size(); ++i) {
      const auto index = frame * samples + i / channels;
      const auto time = static_cast<double>(index) / 48000;
      pcm[i] = static_cast<float>(0.5 * std::sin(2 * std::numbers::pi * 440 * time));
    }
    opus_packet packet(1500);
    const int size = opus_encode_float(encoder.get(), pcm.data(), static_cast<int>(samples),
                                       reinterpret_cast<unsigned char*>(packet.data()), 1500);
    if (size <= 0) throw std::runtime_error{"the tone cannot be encoded"};
    packet.resize(static_cast<std::size_t>(size));
    packets.push_back(std::move(packet));
  }
  return packets;
}

}  // namespace troupe::listening::test
