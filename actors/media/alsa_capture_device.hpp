#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <alsa/asoundlib.h>

#include "actors/media/pcm_input.hpp"
#include "actors/media/sample_decoding.hpp"
#include "protocol/clock.hpp"

namespace troupe::media {

/// An ALSA device that is open and captures. It takes the shape nearest to the wanted one that
/// the device itself offers. Nothing here waits.
class alsa_capture_device {
 public:
  /// What came of an attempt to read.
  struct reading {
    int error = 0;                     ///< of libasound, negative; then there are no samples
    std::span<const float> samples{};  ///< whole frames, valid until the next call
    std::size_t left = 0;              ///< frames that have come as well, and stay in the device
    unix_time ended{};                 ///< when the last of the samples was captured
  };

  /// Opens `name` and starts to capture. Throws failure: no_device, not_permitted.
  alsa_capture_device(const std::string& name, pcm_shape wanted);

  [[nodiscard]] const pcm_shape& shape() const { return shape_; }
  /// How much sound the device holds before it must drop some.
  [[nodiscard]] std::chrono::nanoseconds buffer_duration() const;
  [[nodiscard]] std::chrono::nanoseconds duration_of(std::size_t frames) const;

  /// Reads what has come, at most `frames` frames.
  [[nodiscard]] reading read(std::size_t frames);

  /// Starts again after an overrun. Returns 0 or an error.
  [[nodiscard]] int restart();

  /// Goes on after the machine slept. Returns 0 or an error; -EAGAIN asks to try again later.
  [[nodiscard]] int resume();

 private:
  struct closer {
    void operator()(snd_pcm_t* handle) const;
  };

  void configure(pcm_shape wanted);
  void choose_encoding(snd_pcm_hw_params_t* parameters);
  void check(int result, const char* step) const;

  std::string name_;
  std::unique_ptr<snd_pcm_t, closer> handle_;
  pcm_shape shape_;
  sample_encoding encoding_{};
  std::size_t buffer_frames_ = 0;
  std::vector<std::byte> bytes_;
  std::vector<float> samples_;
};

}  // namespace troupe::media
