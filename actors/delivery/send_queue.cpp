#include "actors/delivery/send_queue.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace troupe::delivery {
namespace {

/// A heartbeat, and an answer.
constexpr std::size_t usual_control_messages = 2;

}  // namespace

send_queue::send_queue(std::size_t frame_capacity, overflow_policy policy)
    : frame_capacity_(frame_capacity), policy_(policy) {
  assert(frame_capacity >= 1);
  messages_.reserve(frame_capacity + usual_control_messages);
}

std::span<const std::byte> send_queue::bytes_of(const message& what) {
  if (const auto* sent = std::get_if<frame_ptr>(&what)) return (*sent)->wire_image();
  return std::get<wire::control_message>(what).bytes();
}

bool send_queue::is_unsent_frame(std::size_t index) const {
  return std::holds_alternative<frame_ptr>(messages_[index]) && (index > 0 || sent_of_front_ == 0);
}

/// Expects that there is one.
std::size_t send_queue::oldest_unsent_frame() const {
  std::size_t index = 0;
  while (!is_unsent_frame(index)) ++index;
  return index;
}

/// Expects that there is one.
std::size_t send_queue::newest_unsent_frame() const {
  std::size_t index = messages_.size() - 1;
  while (!is_unsent_frame(index)) --index;
  return index;
}

void send_queue::push(frame_ptr added) {
  messages_.emplace_back(std::move(added));
  ++frames_;
}

/// Of those above the capacity, which is at least 1, at most one is partly sent.
std::size_t send_queue::trim() {
  std::size_t dropped = 0;
  for (; frames_ > frame_capacity_; --frames_, ++dropped) {
    const auto index =
        policy_ == overflow_policy::drop_oldest ? oldest_unsent_frame() : newest_unsent_frame();
    messages_.erase(messages_.begin() + static_cast<std::ptrdiff_t>(index));
  }
  return dropped;
}

void send_queue::push(const wire::control_message& added) {
  assert(control_room() > 0);
  messages_.emplace_back(added);
}

std::size_t send_queue::gather(std::span<iovec> vectors) const {
  const auto count = std::min(vectors.size(), messages_.size());
  for (std::size_t i = 0; i < count; ++i) {
    const auto bytes = bytes_of(messages_[i]).subspan(i == 0 ? sent_of_front_ : 0);
    vectors[i] = {.iov_base = const_cast<std::byte*>(bytes.data()), .iov_len = bytes.size()};
  }
  return count;
}

}  // namespace troupe::delivery
