#include "protocol/frame_backlog.hpp"

#include <algorithm>
#include <bit>

#include <caf/actor_cast.hpp>
#include <caf/make_counted.hpp>
#include <spdlog/spdlog.h>

#include "protocol/atoms.hpp"

namespace troupe {
namespace {

/// Of frames that last as long as this one.
std::size_t room_for(const frame& like) {
  const auto duration = like.info().format.frame_duration();
  if (duration <= std::chrono::nanoseconds::zero()) return 1;  // it will be refused
  return std::max<std::size_t>(static_cast<std::size_t>(frame_backlog::longest / duration), 1);
}

}  // namespace

frame_backlog::frame_backlog(caf::strong_actor_ptr taker)
    : taker_(std::move(taker)),
      bell_(caf::make_counted<bell>(frames_atom::value, caf::message_priority::high)) {}

void frame_backlog::post(frame_ptr frame, caf::execution_unit* host) {
  const auto room = room_for(*frame);
  std::uint64_t dropped = 0;
  bool tells = false;
  {
    const std::lock_guard lock{mutex_};
    for (; waiting_.size() >= room; dropped = ++dropped_) static_cast<void>(waiting_.pop_front());
    waiting_.push_back(std::move(frame));
    tells = !std::exchange(told_, true);
  }
  if (tells) bell_->ring(*caf::actor_cast<caf::abstract_actor*>(taker_), nullptr, host);
  // Only at 1, 2, 4, 8 … so that a fault that stays does not fill the log.
  if (std::has_single_bit(dropped))
    spdlog::warn("frames are not processed: {} have been dropped so far, the oldest", dropped);
}

frame_ptr frame_backlog::take_next() {
  const std::lock_guard lock{mutex_};
  told_ = !waiting_.empty();
  return told_ ? waiting_.pop_front() : nullptr;
}

}  // namespace troupe
