#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "actors/media/sample_fifo.hpp"

struct soxr;

namespace troupe::media {

/// Brings interleaved sound from one sample rate to another, in any portions, with libsoxr's high
/// quality (20 bits). With equal rates every sample passes through untouched.
class resampler {
 public:
  /// Throws std::runtime_error if libsoxr cannot do it (out of memory).
  resampler(std::uint32_t from_hz, std::uint32_t to_hz, std::uint32_t channels);

  /// Appends to `out` what follows from `in`; the filter holds back the newest few milliseconds.
  void process(std::span<const float> in, sample_fifo& out);

  /// The sound is over: appends what was held back. In all, n frames in have then become
  /// n * to / from frames out, rounded.
  void finish(sample_fifo& out);

 private:
  struct closer {
    void operator()(soxr* engine) const;
  };

  /// Gives `frames` of input to the engine, or with null the end, and returns the frames taken.
  std::size_t run(const float* in, std::size_t frames, std::size_t room, sample_fifo& out);

  std::uint32_t from_hz_;
  std::uint32_t to_hz_;
  std::uint32_t channels_;
  std::uint64_t frames_in_ = 0;
  std::uint64_t frames_out_ = 0;
  std::unique_ptr<soxr, closer> engine_;  ///< none when the rates are equal
};

}  // namespace troupe::media
