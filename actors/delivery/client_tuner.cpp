#include "actors/delivery/client_tuner.hpp"

#include <algorithm>

namespace troupe::delivery {

bool client_tuner::look(const second& last, steady_time now) {
  if (settings_.mode == adaptation_mode::off) return false;
  if (last.dropped > 0) dropped_ = now;
  if (pace_ != client_pace::slow && is_slow(last, now)) return change_to(client_pace::slow, now);
  if (changed_ && now - *changed_ < settings_.stability) return false;
  if (last.dropped > 0) return pace_ != client_pace::slow && change_to(client_pace::bursty, now);
  const bool is_over =
      pace_ != client_pace::steady && last.caught_up && now - *dropped_ >= settings_.stability;
  return is_over && change_to(client_pace::steady, now);
}

bool client_tuner::is_slow(const second& last, steady_time now) const {
  if (last.dropped == 0) return false;
  constexpr std::uint64_t part_missed = 4;
  const bool has_most = pace_ == client_pace::bursty &&
                        current_ == tuning_for(client_pace::bursty) &&
                        now - *changed_ >= settings_.stability;
  return !last.caught_up || part_missed * last.dropped > last.offered || has_most;
}

bool client_tuner::change_to(client_pace pace, steady_time now) {
  const auto before = current_;
  if (settings_.mode == adaptation_mode::on) current_ = tuning_for(pace);
  if (current_ == before && pace == pace_) return false;
  pace_ = pace;
  changed_ = now;
  return true;
}

delivery_tuning client_tuner::tuning_for(client_pace pace) const {
  const auto& limits = settings_.limits;
  switch (pace) {
    case client_pace::bursty:
      return {.queue_frames = std::max(usual_.queue_frames, std::min(2 * current_.queue_frames,
                                                                     limits.max_queue_frames)),
              .socket_buffer_bytes = std::max(
                  usual_.socket_buffer_bytes,
                  std::min(2 * current_.socket_buffer_bytes, limits.max_socket_buffer_bytes))};
    case client_pace::slow:
      return {.queue_frames = std::min(usual_.queue_frames, limits.min_queue_frames),
              .socket_buffer_bytes =
                  std::min(usual_.socket_buffer_bytes, limits.min_socket_buffer_bytes)};
    case client_pace::steady:
      break;
  }
  return usual_;
}

/// A client with a tuning of its own keeps it for now, and gets back to the new one.
bool client_tuner::set_usual(const delivery_tuning& usual) {
  usual_ = usual;
  if (pace_ != client_pace::steady || current_ == usual) return false;
  current_ = usual;
  return true;
}

}  // namespace troupe::delivery
