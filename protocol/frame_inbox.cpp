#include "protocol/frame_inbox.hpp"

namespace troupe {

void frame_inbox::post(const frame_ptr& frame, wakeable& owner, caf::execution_unit* host) {
  const auto end = end_.load(std::memory_order_relaxed);
  if (end - first_.load(std::memory_order_acquire) == capacity) {
    left_out_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  slots_[end % capacity] = frame;
  left_out_before_.store(left_out_.load(std::memory_order_relaxed), std::memory_order_relaxed);
  end_.store(end + 1);
  owner.wake(host);
}

std::uint64_t frame_inbox::unseen() const {
  const auto left_out_since =
      left_out_.load(std::memory_order_relaxed) - left_out_before_.load(std::memory_order_relaxed);
  return end_.load() - first_.load() + left_out_since;
}

std::uint64_t frame_inbox::posted() const {
  return end_.load() + left_out_.load(std::memory_order_relaxed);
}

}  // namespace troupe
