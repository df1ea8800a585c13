#include "actors/supervision/role.hpp"

#include <iterator>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/make_actor.hpp>
#include <caf/sec.hpp>

#include "actors/supervision/player.hpp"

namespace troupe::supervision {

role::role(caf::actor_config& config, std::string name, std::size_t waiting_limit)
    : caf::monitorable_actor(config), name_(std::move(name)), waiting_limit_(waiting_limit) {}

void role::enqueue(caf::mailbox_element_ptr what, caf::execution_unit* host) {
  messages refused;
  {
    const std::lock_guard lock{role_mutex_};
    if (player_) {
      // Under the lock: the player cannot close its mailbox between here and there.
      player_->enqueue(std::move(what), host);
    } else if (closed_) {
      refused.push_back(std::move(what));
    } else {
      waiting_.push_back(std::move(what));
      refused = take_excess();
    }
  }
  refuse(refused);
}

/// With the lock open: those who asked get an error.
void role::refuse(messages& refused) {
  for (auto& message : refused) bounce(message, caf::make_error(caf::sec::request_receiver_down));
}

role::messages role::take_excess() {
  messages excess;
  while (waiting_.size() > waiting_limit_) {
    excess.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
    ++dropped_;
  }
  return excess;
}

// A player is let go of with the lock open: it may be deleted then, and leave.

void role::cast(caf::strong_actor_ptr player) {
  auto* const supervised_player = as_supervised(player);
  caf::strong_actor_ptr former;
  // Under the lock, so that nobody's later message overtakes an earlier one that waited.
  const std::lock_guard lock{role_mutex_};
  if (closed_) return;
  if (supervised_player != nullptr && !supervised_player->take_role(ctrl())) return;
  for (auto& message : waiting_) player->enqueue(std::move(message), nullptr);
  waiting_.clear();
  former = std::exchange(player_, std::move(player));
}

bool role::is_played_by(const caf::abstract_actor* player) const {
  return player_ && caf::actor_cast<caf::abstract_actor*>(player_) == player;
}

void role::vacate(const caf::abstract_actor* player) {
  caf::strong_actor_ptr former;
  const std::lock_guard lock{role_mutex_};
  if (is_played_by(player)) former = std::exchange(player_, nullptr);
}

void role::leave(const caf::abstract_actor* player,
                 const std::function<messages()>& empty_mailbox) {
  caf::strong_actor_ptr former;
  messages refused;
  {
    const std::lock_guard lock{role_mutex_};
    if (is_played_by(player)) former = std::exchange(player_, nullptr);
    auto left = empty_mailbox();
    if (closed_) {
      refused.swap(left);
    } else if (player_) {
      for (auto& message : left) player_->enqueue(std::move(message), nullptr);
    } else {
      waiting_.insert(waiting_.begin(), std::move_iterator{left.begin()},
                      std::move_iterator{left.end()});
      refused = take_excess();
    }
  }
  refuse(refused);
}

void role::close() {
  caf::strong_actor_ptr former;
  messages refused;
  {
    const std::lock_guard lock{role_mutex_};
    former = std::exchange(player_, nullptr);
    closed_ = true;
    refused.swap(waiting_);
  }
  refuse(refused);
}

void role::open() {
  const std::lock_guard lock{role_mutex_};
  closed_ = false;
}

caf::strong_actor_ptr role::player() const {
  const std::lock_guard lock{role_mutex_};
  return player_;
}

std::size_t role::dropped() const {
  const std::lock_guard lock{role_mutex_};
  return dropped_;
}

caf::strong_actor_ptr make_role(caf::actor_system& system, std::string name,
                                std::size_t waiting_limit) {
  caf::actor_config config;
  return caf::make_actor<role, caf::strong_actor_ptr>(
      system.next_actor_id(), system.node(), &system, config, std::move(name), waiting_limit);
}

role& role_of(const caf::strong_actor_ptr& address) {
  return dynamic_cast<role&>(*caf::actor_cast<caf::abstract_actor*>(address));
}

caf::strong_actor_ptr player_behind(const caf::strong_actor_ptr& address) {
  const auto* found = dynamic_cast<role*>(caf::actor_cast<caf::abstract_actor*>(address));
  return found == nullptr ? address : found->player();
}

}  // namespace troupe::supervision
