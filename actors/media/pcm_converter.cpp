#include "actors/media/pcm_converter.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace troupe::media {

pcm_converter::pcm_converter(pcm_shape from, pcm_shape to)
    : from_(from),
      to_(to),
      mixer_(from.channels, to.channels),
      resampler_(from.sample_rate_hz, to.sample_rate_hz, std::min(from.channels, to.channels)) {}

void pcm_converter::write(std::span<const float> samples) {
  input_.append(samples);
  written_ += samples.size() / from_.channels;
  convert(samples);
}

void pcm_converter::convert(std::span<const float> samples) {
  if (mixer_.is_identity()) {
    resampler_.process(samples, ready_);
  } else if (mixer_.from() > mixer_.to()) {
    mixed_.clear();
    const auto frames = samples.size() / from_.channels;
    const auto place = mixed_.extend(frames * to_.channels);
    mixer_.mix(samples, place);
    resampler_.process(place, ready_);
  } else {
    mixed_.clear();
    resampler_.process(samples, mixed_);
    mixer_.mix(mixed_.samples(), ready_.extend(mixed_.size() * to_.channels));
  }
  drop_warm_up();
}

void pcm_converter::finish() {
  finished_ = true;
  if (mixer_.from() < mixer_.to()) {
    mixed_.clear();
    resampler_.finish(mixed_);
    mixer_.mix(mixed_.samples(), ready_.extend(mixed_.size() * to_.channels));
  } else {
    resampler_.finish(ready_);
  }
  drop_warm_up();
}

void pcm_converter::drop_warm_up() {
  const auto dropped = std::min(warm_up_, available());
  ready_.drop(dropped * to_.channels);
  warm_up_ -= dropped;
}

std::size_t pcm_converter::input_needed(std::size_t frames) const {
  const auto ready = available();
  if (frames <= ready) return 0;
  const std::uint64_t missing = frames - ready + warm_up_;
  return (missing * from_.sample_rate_hz + to_.sample_rate_hz - 1) / to_.sample_rate_hz;
}

double pcm_converter::position() const {
  return origin_ + static_cast<double>(delivered_ * from_.sample_rate_hz) /
                       static_cast<double>(to_.sample_rate_hz);
}

std::chrono::nanoseconds pcm_converter::pending() const {
  const auto seconds = std::chrono::duration<double>{(static_cast<double>(written_) - position()) /
                                                     static_cast<double>(from_.sample_rate_hz)};
  return std::chrono::round<std::chrono::nanoseconds>(seconds);
}

pcm_result pcm_converter::deliver(std::span<float> samples) {
  const auto count = std::min(samples.size(), ready_.size());
  std::ranges::copy(ready_.samples().first(count), samples.begin());
  std::ranges::fill(samples.subspan(count), 0.0F);
  ready_.drop(count);
  delivered_ += count / to_.channels;
  forget_old_input();
  if (count < samples.size()) return pcm_end{count / to_.channels};
  return pcm_ready{};
}

void pcm_converter::forget_old_input() {
  const auto first = written_ - input_.size() / from_.channels;
  const auto keep_from = static_cast<std::uint64_t>(position());
  if (keep_from > first + warm_up_frames)
    input_.drop((keep_from - warm_up_frames - first) * from_.channels);
}

void pcm_converter::reshape(pcm_shape to) {
  if (to == to_) return;
  const auto start = restart_for(to.sample_rate_hz);
  mixer_ = channel_mixer{from_.channels, to.channels};
  resampler_ =
      resampler{from_.sample_rate_hz, to.sample_rate_hz, std::min(from_.channels, to.channels)};
  to_ = to;
  input_.drop(start.skipped_input * from_.channels);
  origin_ = start.position;
  warm_up_ = start.warm_up;
  delivered_ = 0;
  ready_.clear();
  convert(input_.samples());
  if (finished_) finish();
}

pcm_converter::restart pcm_converter::restart_for(std::uint32_t sample_rate_hz) const {
  // The new filter gives a frame each `step` frames of input from where it begins. Which of the
  // kept frames it begins with decides how near one of these comes to the position.
  const auto step = static_cast<double>(from_.sample_rate_hz) / sample_rate_hz;
  const auto first = written_ - input_.size() / from_.channels;
  const auto here = position();
  restart best{.skipped_input = 0, .warm_up = 0, .position = static_cast<double>(first)};
  auto least_error = std::numeric_limits<double>::infinity();
  for (std::uint64_t skipped = 0; skipped <= warm_up_frames / 2; ++skipped) {
    const auto begin = static_cast<double>(first + skipped);
    if (skipped > 0 && begin > here) break;
    const auto warm_up = std::round(std::max(0.0, here - begin) / step);
    const auto error = std::abs(begin + warm_up * step - here);
    // What differs by less is the same but for rounding; then a longer warm-up is better.
    if (error + 1e-6 > least_error) continue;
    least_error = error;
    best = {.skipped_input = static_cast<std::size_t>(skipped),
            .warm_up = static_cast<std::size_t>(warm_up),
            .position = begin + warm_up * step};
  }
  return best;
}

}  // namespace troupe::media
