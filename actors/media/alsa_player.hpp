#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include <alsa/asoundlib.h>

#include "actors/media/sound_output.hpp"

namespace troupe::media {

/// Plays on an ALSA device, about 100 ms behind. Never waits for the device: what finds no room is
/// dropped and counted; after an underrun playing starts again once there are 100 ms to play.
///
/// What stands in for missing frames is played only while the device needs it: when the sound is
/// back, it is to be as little behind as before.
class alsa_player final : public sound_output {
 public:
  /// Throws failure{no_device, not_permitted}.
  explicit alsa_player(std::string device);

  /// Throws failure{no_device} if the device cannot play 48 kHz stereo.
  std::uint32_t begin(const stream_format& format) override;
  output_state write(const sound_block& block) override;
  void finish() override;
  [[nodiscard]] std::uint64_t samples_dropped() const override { return samples_dropped_; }
  [[nodiscard]] std::string description() const override;

  /// How often the device ran out of sound.
  [[nodiscard]] std::uint64_t underruns() const { return underruns_; }

 private:
  struct close_device {
    void operator()(snd_pcm_t* device) const { snd_pcm_close(device); }
  };

  /// Returns how many samples for each channel the device took.
  snd_pcm_sframes_t offer(std::span<const std::int16_t> samples);
  void start_when_filled();
  [[nodiscard]] bool has_enough() const;

  std::string name_;
  std::unique_ptr<snd_pcm_t, close_device> device_;
  bool begun_ = false;
  /// Of the device's buffer, in samples for each channel.
  snd_pcm_uframes_t buffer_size_ = 0;
  snd_pcm_uframes_t start_threshold_ = 0;
  std::uint64_t underruns_ = 0;
  std::uint64_t samples_dropped_ = 0;
};

}  // namespace troupe::media
