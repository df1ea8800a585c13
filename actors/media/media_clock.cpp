#include "actors/media/media_clock.hpp"

namespace troupe::media {

void media_clock::advance(std::chrono::nanoseconds duration) {
  due_ += duration;
  timestamp_ += duration;
}

std::chrono::nanoseconds media_clock::slip(steady_time now, unix_time unix_now) {
  const auto left_out = now - due_;
  due_ = now;
  timestamp_ = unix_now;
  return left_out;
}

std::optional<std::chrono::nanoseconds> media_clock::follow(steady_time now, unix_time unix_now) {
  // What the Unix clock shows, or will show, at the moment the next frame is due.
  const auto expected = unix_now + (due_ - now);
  const auto step = expected - timestamp_;
  if (std::chrono::abs(step) <= largest_step) return std::nullopt;
  timestamp_ = expected;
  return step;
}

}  // namespace troupe::media
