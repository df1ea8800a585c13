#pragma once

#include <chrono>
#include <cstdint>
#include <span>

#include "actors/media/channel_mixer.hpp"
#include "actors/media/pcm_input.hpp"
#include "actors/media/resampler.hpp"
#include "actors/media/sample_fifo.hpp"

namespace troupe::media {

/// The one way from an input's own shape to the shape that is asked for: mixing, resampling, and
/// keeping what is not yet a whole frame. The order is the cheaper one: fewer channels are
/// resampled.
class pcm_converter {
 public:
  /// Input frames before the position that are kept, so that the filter of another shape is in full
  /// swing where the old one stopped. Longer than half the longest filter.
  static constexpr std::uint64_t warm_up_frames = 4096;

  /// `to` has one or two channels.
  pcm_converter(pcm_shape from, pcm_shape to);

  [[nodiscard]] const pcm_shape& from() const { return from_; }
  [[nodiscard]] const pcm_shape& to() const { return to_; }

  /// Takes interleaved samples, whole frames of the input's own shape.
  void write(std::span<const float> samples);

  /// No more will be written: what the filter held back comes out.
  void finish();
  [[nodiscard]] bool finished() const { return finished_; }

  /// The frames of the wanted shape that `deliver` could give now.
  [[nodiscard]] std::size_t available() const { return ready_.size() / to_.channels; }

  /// How many more frames of input are needed, by the ratio of the rates, until `frames` are
  /// available. The filter may then hold back some: ask again.
  [[nodiscard]] std::size_t input_needed(std::size_t frames) const;

  /// How much sound was written and not yet delivered, in the filter or out of it.
  [[nodiscard]] std::chrono::nanoseconds pending() const;

  /// Fills `samples` with whole frames. If there are fewer, the sound is over: the rest is
  /// silence, and the answer is pcm_end.
  pcm_result deliver(std::span<float> samples);

  /// Continues in another shape, at the same place in the sound.
  void reshape(pcm_shape to);

 private:
  /// Where to begin with the input that was kept, so as to go on in another shape.
  struct restart {
    std::size_t skipped_input;  ///< frames at the front that are not needed
    std::size_t warm_up;        ///< frames of output that lie before the position
    double position;            ///< as near to the wanted one as can be
  };
  [[nodiscard]] restart restart_for(std::uint32_t sample_rate_hz) const;

  /// The place of the next frame to be delivered, in frames of the input.
  [[nodiscard]] double position() const;
  void convert(std::span<const float> samples);
  void drop_warm_up();
  void forget_old_input();

  pcm_shape from_;
  pcm_shape to_;
  channel_mixer mixer_;
  resampler resampler_;
  sample_fifo mixed_;  ///< on the way from the mixer to the resampler or back
  sample_fifo ready_;  ///< in the wanted shape
  sample_fifo input_;  ///< input near and after the position, to begin again in another shape
  double origin_ = 0;  ///< the position at the last change of shape
  std::uint64_t written_ = 0;    ///< frames of input
  std::uint64_t delivered_ = 0;  ///< frames since the last change of shape
  std::size_t warm_up_ = 0;      ///< frames to be dropped: before the origin
  bool finished_ = false;
};

}  // namespace troupe::media
