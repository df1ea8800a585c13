#include "protocol/frame_inbox.hpp"

#include <caf/make_counted.hpp>

#include "protocol/atoms.hpp"

namespace troupe {

frame_inbox::frame_inbox() : bell_(caf::make_counted<bell>(frames_atom::value)) {}

/// What was put in is seen by an owner who had been told before, or else it is told now: both sides
/// write one of the two and then read the other, in an order on which all agree.
void frame_inbox::post(const frame_ptr& frame, caf::abstract_actor& owner,
                       caf::execution_unit* host) {
  const auto end = end_.load(std::memory_order_relaxed);
  if (end - first_.load(std::memory_order_acquire) == capacity) {
    left_out_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  slots_[end % capacity] = frame;
  left_out_before_.store(left_out_.load(std::memory_order_relaxed), std::memory_order_relaxed);
  end_.store(end + 1);
  if (told_.exchange(true)) return;
  try {
    bell_->ring(owner, nullptr, host);
  } catch (...) {  // there is no memory: the next frame tells
    told_ = false;
    throw;
  }
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
