#include "actors/media/capture.hpp"

#include <stdexcept>
#include <utility>

#include "protocol/random_number.hpp"

namespace troupe::media {

capture::capture(const codec_settings& codec, std::unique_ptr<pcm_input> input, opener open_anew)
    : open_anew_(std::move(open_anew)),
      can_be_taken_over_(open_anew_ && input->can_seek()),
      input_(std::move(input)),
      stream_{.codec = codec,
              .place = {.stream = stream_id{random_number()}, .clock = {}},
              .over = false,
              .counts = {}} {}

codec_settings capture::codec() const {
  const std::lock_guard lock{mutex_};
  return stream_.codec;
}

void capture::set_codec(const codec_settings& settings) {
  const std::lock_guard lock{mutex_};
  stream_.codec = settings;
}

void capture::end() {
  const std::lock_guard lock{mutex_};
  stream_.over = true;
}

source_report capture::report() const {
  const std::lock_guard lock{mutex_};
  return stream_.counts;
}

capture_hold::capture_hold(std::shared_ptr<capture> from) : capture_(std::move(from)) {
  std::unique_lock lock{capture_->mutex_};
  if (!capture_->input_ && !capture_->can_be_taken_over_)
    throw std::logic_error{"the source before it has not given back its input"};
  while (!capture_->input_ && !is_at_place_of_stream()) open_at_place_of_stream(lock);
  if (capture_->input_) input_ = std::move(capture_->input_);
  place = capture_->stream_.place;
  number_ = ++capture_->holds_;
}

bool capture_hold::is_at_place_of_stream() const {
  return input_ && place.in_sound == capture_->stream_.place.in_sound;
}

/// While the lock is open, the stuck source may wake: it goes on with the stream, or gives back its
/// input.
void capture_hold::open_at_place_of_stream(std::unique_lock<std::mutex>& lock) {
  place = capture_->stream_.place;
  const auto shape = shape_for(capture_->stream_.codec);
  lock.unlock();
  if (!input_) input_ = capture_->open_anew_(shape);
  input_->seek(place.in_sound);
  lock.lock();
}

/// What a holder gives back is as it left it, even in the middle of a frame.
capture_hold::~capture_hold() {
  const std::lock_guard lock{capture_->mutex_};
  if (!is_valid()) return;
  capture_->input_ = std::move(input_);
  capture_->stream_.place = place;
}

bool capture_hold::is_lost() const {
  const std::lock_guard lock{capture_->mutex_};
  return !is_valid();
}

std::optional<codec_settings> capture_hold::codec_of_next_frame() const {
  const std::lock_guard lock{capture_->mutex_};
  if (!is_valid() || capture_->stream_.over) return std::nullopt;
  return capture_->stream_.codec;
}

pcm_shape shape_for(const codec_settings& codec) {
  return {.sample_rate_hz = static_cast<std::uint32_t>(codec.sample_rate_hz),
          .channels = static_cast<std::uint32_t>(codec.channels)};
}

}  // namespace troupe::media
