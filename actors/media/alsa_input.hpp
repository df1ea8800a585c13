#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "actors/media/alsa_capture_device.hpp"
#include "actors/media/capture_clock.hpp"
#include "actors/media/pcm_converter.hpp"
#include "actors/media/pcm_input.hpp"

namespace troupe::media {

/// Sound from an ALSA device. It recovers from overruns and from a suspended machine; when the
/// device goes away it tries to open it again, every half second at first, every two seconds
/// later on.
///
/// Some devices (ALSA's `null` and `file`) hand out sound as fast as it is asked for. One that
/// has given more than can have passed is paced by the clock until it has to be waited for.
class alsa_input : public pcm_input {
 public:
  /// Throws failure: no_device, not_permitted.
  alsa_input(const alsa_source& source, pcm_shape shape);

  pcm_result read(std::span<float> samples) override;
  void reshape(pcm_shape shape) override { converter_.reshape(shape); }
  [[nodiscard]] pcm_pace pace() const override { return pace_; }
  [[nodiscard]] unix_time captured() const override { return captured_; }
  [[nodiscard]] pcm_input_counters counters() const override { return counters_; }
  [[nodiscard]] std::string description() const override;

 private:
  /// Moves what has come, at most `frames` frames, from the device to the converter. Returns how
  /// long to wait if that was not all.
  std::optional<pcm_wait_for> capture(std::size_t frames);
  void take(const alsa_capture_device::reading& reading);
  [[nodiscard]] pcm_wait_for wait_for_frames(std::size_t missing);
  [[nodiscard]] bool is_too_fast(std::size_t left) const;
  [[nodiscard]] pcm_wait_for recover(int error);
  [[nodiscard]] int recover_from_overrun();
  [[nodiscard]] pcm_wait_for lose_device(std::string_view reason);
  [[nodiscard]] std::optional<pcm_wait_for> reopen();
  [[nodiscard]] bool open_again();
  void begin_run();
  void begin_stream();

  std::string name_;
  std::optional<alsa_capture_device> device_;  ///< none while the device is away
  pcm_converter converter_;
  pcm_input_counters counters_;
  bool suspended_ = false;

  steady_time retry_at_{};
  std::chrono::nanoseconds retry_delay_{};

  pcm_pace pace_ = pcm_pace::device;
  steady_time run_began_{};       ///< since then the device never had to be waited for,
  std::uint64_t run_frames_ = 0;  ///< and gave so many frames
  bool waited_ = false;           ///< it was waited for since it was started
  steady_time last_progress_{};

  unix_time newest_{};  ///< when the last sample written to the converter ended
  capture_clock clock_;
  unix_time captured_{};
};

}  // namespace troupe::media
