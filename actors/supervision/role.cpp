#include "actors/supervision/role.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/make_actor.hpp>
#include <caf/sec.hpp>
#include <caf/system_messages.hpp>
#include <spdlog/fmt/fmt.h>

#include "actors/probe/journal.hpp"
#include "actors/supervision/fault.hpp"
#include "actors/supervision/player.hpp"

namespace troupe::supervision {
namespace {

/// Of no use to the next player.
bool is_exit(const caf::mailbox_element& message) {
  return message.content().match_elements<caf::exit_msg>();
}

bool goes_to_mailbox(const caf::mailbox_element& message) {
  return is_exit(message) || message.content().match_elements<injected_fault>();
}

/// Only at 1, 2, 4, 8 … so that a fault that stays does not fill the log.
void tell_dropped(const std::string& role, bool is_played, std::uint64_t count) {
  if (std::has_single_bit(count))
    probe::tell(probe::event_kind::actor, probe::event_level::warning, role,
                fmt::format("{} is {}: {} messages for it have been dropped, the oldest", role,
                            is_played ? "too slow" : "away", count));
}

}  // namespace

role::role(caf::actor_config& config, std::string name, const waiting_room& room)
    : caf::monitorable_actor(config), name_(std::move(name)), room_(room) {}

void role::enqueue(caf::mailbox_element_ptr what, caf::execution_unit* host) {
  caf::mailbox_element_ptr refused;
  bool is_played = false;
  std::uint64_t dropped = 0;
  {
    const std::lock_guard lock{role_mutex_};
    if (player_ && (!takes_by_itself_ || goes_to_mailbox(*what))) {
      player_->enqueue(std::move(what), host);
    } else if (closed_ || is_exit(*what)) {
      refused = std::move(what);
    } else {
      refused = let_wait(std::move(what));
      is_played = player_ != nullptr;
      if (refused) dropped = dropped_;
      call_player(host);
    }
  }
  if (dropped > 0) tell_dropped(name_, is_played, dropped);
  if (refused) refuse(std::move(refused));
}

/// With the lock held.
void role::call_player(caf::execution_unit* host) {
  if (!player_ || called_ || waiting_.empty()) return;
  bell_->ring(*caf::actor_cast<caf::abstract_actor*>(player_), ctrl(), host);
  called_ = true;
}

/// With the lock open: whoever asked gets an error.
void role::refuse(caf::mailbox_element_ptr message) {
  bounce(message, caf::make_error(caf::sec::request_receiver_down));
}

caf::mailbox_element_ptr role::let_wait(caf::mailbox_element_ptr message) {
  waiting_.push_back({std::move(message), std::chrono::steady_clock::now()});
  if (waiting_.size() > room_.messages) {
    ++dropped_;
    return waiting_.pop_front().message;
  }
  most_waiting_ = std::max(most_waiting_, waiting_.size());
  return nullptr;
}

// A player is let go of with the lock open: it may be deleted then.

void role::cast(caf::strong_actor_ptr player) {
  const bool takes_by_itself = as_supervised(player) != nullptr;
  auto bell = caf::make_counted<doorbell<call>>(call{});
  caf::strong_actor_ptr former;
  const std::lock_guard lock{role_mutex_};
  if (closed_) return;
  former = std::exchange(player_, std::move(player));
  bell_ = std::move(bell);
  takes_by_itself_ = takes_by_itself;
  called_ = false;
  if (takes_by_itself_) {
    call_player(nullptr);
  } else {
    while (!waiting_.empty()) player_->enqueue(waiting_.pop_front().message, nullptr);
  }
}

bool role::is_played_by(const caf::abstract_actor* player) const {
  return player_ && caf::actor_cast<caf::abstract_actor*>(player_) == player;
}

void role::vacate(const caf::abstract_actor* player) {
  caf::strong_actor_ptr former;
  const std::lock_guard lock{role_mutex_};
  if (is_played_by(player)) former = std::exchange(player_, nullptr);
}

waiting_message role::take(const caf::abstract_actor* player) {
  const std::lock_guard lock{role_mutex_};
  if (!is_played_by(player)) return {};
  if (waiting_.empty()) {
    called_ = false;
    return {};
  }
  return waiting_.pop_front();
}

void role::call_again(const caf::abstract_actor* player) {
  const std::lock_guard lock{role_mutex_};
  if (!is_played_by(player)) return;
  called_ = false;
  call_player(nullptr);
}

void role::close() {
  caf::strong_actor_ptr former;
  ring_queue<waiting_message> refused;
  {
    const std::lock_guard lock{role_mutex_};
    former = std::exchange(player_, nullptr);
    closed_ = true;
    std::swap(refused, waiting_);
  }
  while (!refused.empty()) refuse(refused.pop_front().message);
}

void role::open() {
  const std::lock_guard lock{role_mutex_};
  closed_ = false;
}

caf::strong_actor_ptr role::player() const {
  const std::lock_guard lock{role_mutex_};
  return player_;
}

role::room_report role::report() const {
  const std::lock_guard lock{role_mutex_};
  return {.waiting = waiting_.size(), .most_waiting = most_waiting_, .dropped = dropped_};
}

caf::strong_actor_ptr make_role(caf::actor_system& system, std::string name,
                                const waiting_room& room) {
  caf::actor_config config;
  return caf::make_actor<role, caf::strong_actor_ptr>(system.next_actor_id(), system.node(),
                                                      &system, config, std::move(name), room);
}

role& role_of(const caf::strong_actor_ptr& address) {
  return dynamic_cast<role&>(*caf::actor_cast<caf::abstract_actor*>(address));
}

caf::strong_actor_ptr player_behind(const caf::strong_actor_ptr& address) {
  const auto* found = dynamic_cast<role*>(caf::actor_cast<caf::abstract_actor*>(address));
  return found == nullptr ? address : found->player();
}

}  // namespace troupe::supervision
