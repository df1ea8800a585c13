#include "actors/network/link_candidates.hpp"

#include <algorithm>
#include <utility>

namespace troupe::network {
namespace {

using namespace std::chrono_literals;

constexpr auto pause_of_upstream = 1min;

}  // namespace

link_candidates::link_candidates(const link_settings& settings)
    : shortest_silent_pause_(settings.no_sound_after) {
  for (const auto& address : settings.source.upstreams)
    all_.push_back({.address = address,
                    .pause = supervision::backoff{settings.backoff},
                    .silent_pause = supervision::backoff{settings.silent_backoff}});
}

std::optional<std::size_t> link_candidates::due(steady_time now, const filter& wanted) const {
  std::optional<std::size_t> result;
  for (std::size_t i = 0; i < all_.size(); ++i)
    if (all_[i].next_attempt <= now && wanted(i) &&
        (!result || all_[i].next_attempt < all_[*result].next_attempt))
      result = i;
  return result;
}

steady_time link_candidates::next_turn(const filter& wanted) const {
  auto result = steady_time::max();
  for (std::size_t i = 0; i < all_.size(); ++i)
    if (wanted(i)) result = std::min(result, all_[i].next_attempt);
  return result;
}

void link_candidates::put_off(std::size_t which, steady_time now,
                              std::chrono::nanoseconds it_was_up) {
  auto& whom = all_[which];
  whom.next_attempt = now + whom.pause.after_failure(it_was_up, chance());
}

void link_candidates::put_off_as_silent(std::size_t which, steady_time now,
                                        std::chrono::nanoseconds it_had_sound) {
  auto& whom = all_[which];
  const auto pause = whom.silent_pause.after_failure(it_had_sound, chance());
  whom.next_attempt = now + std::max(pause, shortest_silent_pause_);
}

void link_candidates::put_off_as_upstream(std::size_t which, steady_time now) {
  all_[which].is_upstream_already = true;
  all_[which].next_attempt = now + pause_of_upstream;
}

void link_candidates::forget_upstream(steady_time now) {
  for (auto& each : all_)
    if (std::exchange(each.is_upstream_already, false)) each.next_attempt = now;
}

double link_candidates::chance() { return std::uniform_real_distribution<double>{}(randomness_); }

}  // namespace troupe::network
