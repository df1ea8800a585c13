#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "actors/media/media_clock.hpp"
#include "actors/media/pcm_input.hpp"
#include "protocol/codec_settings.hpp"
#include "protocol/frame.hpp"
#include "protocol/messages.hpp"

namespace troupe::media {

/// Where a source is, in the sound and in the stream.
struct stream_place {
  stream_id stream{};
  std::chrono::nanoseconds in_sound{};  ///< what was read of the sound lasts so long
  std::optional<media_clock> clock;     ///< from the first frame on, if the clock sets the pace
  frame_sequence next_sequence{};
};

/// What all sources of a stream share.
struct stream_state {
  codec_settings codec;  ///< of the next frame
  stream_place place;    ///< after the last frame
  bool over = false;     ///< there are to be no more frames
  source_report counts;
};

/// What a source's restart keeps: the input and the stream. One source holds it at a time, the one
/// that took hold last. May be used from any thread.
class capture {
 public:
  /// Opens the sound of the input a second time, beside the first.
  using opener = std::function<std::unique_ptr<pcm_input>(pcm_shape shape)>;

  capture(const codec_settings& codec, std::unique_ptr<pcm_input> input,
          opener open_anew = nullptr);

  /// Whether a source can take over while the one before, stuck, still has the input.
  [[nodiscard]] bool can_be_taken_over() const { return can_be_taken_over_; }

  [[nodiscard]] codec_settings codec() const;
  void set_codec(const codec_settings& settings);
  void end();
  [[nodiscard]] source_report report() const;

 private:
  friend class capture_hold;

  const opener open_anew_;
  const bool can_be_taken_over_;
  mutable std::mutex mutex_;
  std::unique_ptr<pcm_input> input_;  ///< null while a source has it
  std::uint64_t holds_ = 0;           ///< how often hold was taken: the last one counts
  stream_state stream_;
};

/// A source's hold on a capture, from its making until its end or until another takes hold.
///
/// It has the very input that the holder before it gave back. If that one has not ended, it is
/// stuck: then the input is opened anew at the place where it was. If that fails, the stuck one
/// keeps the hold, and gives back the input when it wakes. What a source does without the hold
/// changes nothing.
class capture_hold {
 public:
  /// Throws what opening the input anew does.
  explicit capture_hold(std::shared_ptr<capture> from);
  capture_hold(const capture_hold&) = delete;
  capture_hold& operator=(const capture_hold&) = delete;
  ~capture_hold();

  /// The holder's own; what is written down follows it.
  stream_place place;
  [[nodiscard]] pcm_input& input() { return *input_; }

  /// Whether another source has taken hold.
  [[nodiscard]] bool is_lost() const;
  /// The codec of the next frame; nothing if there is to be none, at least not from this source.
  [[nodiscard]] std::optional<codec_settings> codec_of_next_frame() const;

  /// Unless another source has taken hold, calls `change` with the stream and writes down the
  /// place, both before another can take hold. Returns whether it did so.
  template <class Change>
  bool write_down(Change&& change) {
    const std::lock_guard lock{capture_->mutex_};
    if (!is_valid()) return false;
    change(capture_->stream_);
    capture_->stream_.place = place;
    return true;
  }

 private:
  // With the lock closed.
  [[nodiscard]] bool is_valid() const { return number_ == capture_->holds_; }
  [[nodiscard]] bool is_at_place_of_stream() const;
  void open_at_place_of_stream(std::unique_lock<std::mutex>& lock);

  std::shared_ptr<capture> capture_;
  std::uint64_t number_ = 0;
  std::unique_ptr<pcm_input> input_;
};

/// The shape in which samples go into `codec`.
[[nodiscard]] pcm_shape shape_for(const codec_settings& codec);

}  // namespace troupe::media
