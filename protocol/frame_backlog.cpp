#include "protocol/frame_backlog.hpp"

#include <algorithm>
#include <bit>

#include <spdlog/spdlog.h>

namespace troupe {
namespace {

/// Of frames that last as long as this one.
std::size_t room_for(const frame& like) {
  const auto duration = like.info().format.frame_duration();
  if (duration <= std::chrono::nanoseconds::zero()) return 1;  // it will be refused
  return std::max<std::size_t>(static_cast<std::size_t>(frame_backlog::longest / duration), 1);
}

}  // namespace

void frame_backlog::post(frame_ptr frame, caf::execution_unit* host) {
  const auto room = room_for(*frame);
  std::uint64_t dropped = 0;  // told at 1, 2, 4, 8 …: a fault that stays does not fill the log
  {
    const std::lock_guard lock{mutex_};
    const auto dropped_before = dropped_;
    for (; waiting_.size() >= room; ++dropped_) static_cast<void>(waiting_.pop_front());
    if (std::bit_width(dropped_) > std::bit_width(dropped_before)) dropped = dropped_;
    format_ = frame->info().format;
    waiting_.push_back(std::move(frame));
    if (wakes_ != nullptr) wakes_->wake(host);
  }
  if (dropped > 0)
    spdlog::warn("frames are not processed: {} have been dropped so far, the oldest", dropped);
}

/// The one before is let go of with the lock open: it may be deleted then.
frame_backlog::taker frame_backlog::begin_taking(caf::strong_actor_ptr actor) {
  auto& begins = wakeable_behind(actor);
  const std::lock_guard lock{mutex_};
  actor_.swap(actor);
  wakes_ = &begins;
  taker_now_ = taker{static_cast<std::uint64_t>(taker_now_) + 1};
  return taker_now_;
}

frame_ptr frame_backlog::take_next(taker who) {
  const std::lock_guard lock{mutex_};
  return who != taker_now_ || waiting_.empty() ? nullptr : waiting_.pop_front();
}

void frame_backlog::pass_over(const stream_format& format) {
  const std::lock_guard lock{mutex_};
  format_ = format;
}

std::optional<stream_format> frame_backlog::format() const {
  const std::lock_guard lock{mutex_};
  return format_;
}

bool frame_backlog::empty() const {
  const std::lock_guard lock{mutex_};
  return waiting_.empty();
}

}  // namespace troupe
