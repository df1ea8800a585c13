#include "actors/media/media_clock.hpp"

namespace troupe::media {

moment read_together(const std::function<steady_time()>& steady_clock,
                     const std::function<unix_time()>& unix_clock) {
  constexpr int attempts = 3;
  moment best;
  for (int i = 0; i < attempts; ++i) {
    const auto before = steady_clock();
    const auto in_unix = unix_clock();
    const auto doubt = steady_clock() - before;
    if (i == 0 || doubt < best.doubt)
      best = {.steady = before + doubt / 2, .in_unix = in_unix, .doubt = doubt};
    if (best.is_sure()) break;
  }
  return best;
}

void media_clock::advance(std::chrono::nanoseconds duration) {
  due_ += duration;
  timestamp_ += duration;
}

std::chrono::nanoseconds media_clock::slip(const moment& now) {
  const auto left_out = now.steady - due_;
  due_ = now.steady;
  timestamp_ = now.in_unix;
  return left_out;
}

std::optional<std::chrono::nanoseconds> media_clock::follow(const moment& now) {
  if (!now.is_sure()) return std::nullopt;
  // What the Unix clock shows, or will show, at the moment the next frame is due.
  const auto expected = now.in_unix + (due_ - now.steady);
  const auto step = expected - timestamp_;
  if (std::chrono::abs(step) <= largest_step) return std::nullopt;
  timestamp_ = expected;
  return step;
}

}  // namespace troupe::media
