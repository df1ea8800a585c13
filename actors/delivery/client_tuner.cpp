#include "actors/delivery/client_tuner.hpp"

#include <algorithm>

namespace troupe::delivery {

bool client_tuner::look(const second& last, steady_time now) {
  if (settings_.mode == adaptation_mode::off) return false;
  if (last.dropped > 0) dropped_ = now;
  count_bad_seconds(last, now);
  if (pace_ != client_pace::slow && is_slow(last)) return change_to(client_pace::slow, now);
  if (changed_ && now - *changed_ < settings_.stability) return false;
  if (last.dropped > 0) return pace_ != client_pace::slow && change_to(client_pace::bursty, now);
  if (pace_ == client_pace::steady || !last.caught_up || !has_waited(now)) return false;
  returned_ = now;
  return change_to(client_pace::steady, now);
}

/// With the least room it may well miss some now and then, which says little of more room.
bool client_tuner::has_waited(steady_time now) const {
  const auto wait = wait_ * settings_.stability;
  if (pace_ == client_pace::slow)
    return now - *dropped_ >= settings_.stability && now - *changed_ >= wait;
  return now - *dropped_ >= wait;
}

/// One that comes back here soon after it had left waits for longer the next time.
void client_tuner::count_bad_seconds(const second& last, steady_time now) {
  constexpr auto enough_for_bad_ones = std::chrono::seconds{bad_seconds + 1};
  const auto counted = std::max<std::chrono::nanoseconds>(settings_.stability, enough_for_bad_ones);
  if (now - counting_since_ >= counted) {
    counting_since_ = now;
    bad_seconds_ = 0;
  }
  if (last.dropped == 0) return;
  ++bad_seconds_;
  if (pace_ != client_pace::steady || !returned_) return;
  const bool was_too_soon = now - *returned_ < 2 * wait_ * settings_.stability;
  wait_ = was_too_soon ? std::min(2 * wait_, longest_wait) : 1;
  returned_.reset();
}

bool client_tuner::has_most() const {
  return pace_ == client_pace::bursty && current_ == tuning_for(client_pace::bursty);
}

bool client_tuner::is_slow(const second& last) const {
  if (last.dropped == 0) return false;
  constexpr std::uint64_t part_missed = 4;
  const bool has_enough = !has_most() || bad_seconds_ < bad_seconds;
  return !last.caught_up || part_missed * last.dropped > last.offered || !has_enough;
}

bool client_tuner::change_to(client_pace pace, steady_time now) {
  const auto before = current_;
  if (settings_.mode == adaptation_mode::on) current_ = tuning_for(pace);
  if (current_ == before && pace == pace_) return false;
  pace_ = pace;
  changed_ = counting_since_ = now;
  bad_seconds_ = 0;
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
