#include "actors/media/opus_encoder.hpp"

#include <stdexcept>
#include <string>

#include <opus.h>

namespace troupe::media {
namespace {

[[noreturn]] void fail(const char* what, int error) {
  throw std::runtime_error{std::string{"libopus: "} + what + ": " + opus_strerror(error)};
}

int opus_value(opus_signal signal) {
  switch (signal) {
    case opus_signal::automatic:
      return OPUS_AUTO;
    case opus_signal::voice:
      return OPUS_SIGNAL_VOICE;
    case opus_signal::music:
      return OPUS_SIGNAL_MUSIC;
  }
  return OPUS_AUTO;
}

int opus_value(opus_bandwidth bandwidth) {
  switch (bandwidth) {
    case opus_bandwidth::narrow:
      return OPUS_BANDWIDTH_NARROWBAND;
    case opus_bandwidth::medium:
      return OPUS_BANDWIDTH_MEDIUMBAND;
    case opus_bandwidth::wide:
      return OPUS_BANDWIDTH_WIDEBAND;
    case opus_bandwidth::superwide:
      return OPUS_BANDWIDTH_SUPERWIDEBAND;
    case opus_bandwidth::full:
      return OPUS_BANDWIDTH_FULLBAND;
  }
  return OPUS_BANDWIDTH_FULLBAND;
}

}  // namespace

void opus_encoder::destroyer::operator()(OpusEncoder* encoder) const {
  opus_encoder_destroy(encoder);
}

opus_encoder::opus_encoder(const codec_settings& settings) : settings_(settings) {
  create();
  apply();
}

void opus_encoder::create() {
  int error = OPUS_OK;
  encoder_.reset(opus_encoder_create(settings_.sample_rate_hz, settings_.channels,
                                     OPUS_APPLICATION_AUDIO, &error));
  if (error != OPUS_OK) fail("no encoder", error);
}

void opus_encoder::set(int request, int value) {
  const int error = opus_encoder_ctl(encoder_.get(), request, value);
  if (error != OPUS_OK) fail("a setting was refused", error);
}

void opus_encoder::apply() {
  set(OPUS_SET_BITRATE_REQUEST, settings_.bitrate_bps);
  set(OPUS_SET_COMPLEXITY_REQUEST, settings_.complexity);
  set(OPUS_SET_VBR_REQUEST, settings_.vbr ? 1 : 0);
  set(OPUS_SET_VBR_CONSTRAINT_REQUEST, settings_.constrained_vbr ? 1 : 0);
  set(OPUS_SET_SIGNAL_REQUEST, opus_value(settings_.signal));
  set(OPUS_SET_BANDWIDTH_REQUEST, opus_value(settings_.bandwidth));
  set(OPUS_SET_DTX_REQUEST, settings_.dtx ? 1 : 0);
  set(OPUS_SET_INBAND_FEC_REQUEST, settings_.fec ? 1 : 0);
  set(OPUS_SET_PACKET_LOSS_PERC_REQUEST, settings_.expected_loss_percent);
}

void opus_encoder::configure(const codec_settings& settings) {
  const bool other_shape = settings.sample_rate_hz != settings_.sample_rate_hz ||
                           settings.channels != settings_.channels;
  settings_ = settings;
  if (other_shape) create();
  apply();
}

void opus_encoder::reset() { opus_encoder_ctl(encoder_.get(), OPUS_RESET_STATE); }

std::size_t opus_encoder::encode(std::span<const float> samples, std::span<std::byte> packet) {
  const auto frame_size = static_cast<int>(settings_.format().frame_size);
  const int size = opus_encode_float(encoder_.get(), samples.data(), frame_size,
                                     reinterpret_cast<unsigned char*>(packet.data()),
                                     static_cast<opus_int32>(packet.size()));
  if (size < 0) fail("a frame could not be encoded", size);
  return static_cast<std::size_t>(size);
}

}  // namespace troupe::media
