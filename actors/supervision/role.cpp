#include "actors/supervision/role.hpp"

#include <utility>

#include <caf/actor_system.hpp>
#include <caf/make_actor.hpp>
#include <caf/sec.hpp>

namespace troupe::supervision {

role::role(caf::actor_config& config, std::string name, std::size_t waiting_limit)
    : caf::monitorable_actor(config), name_(std::move(name)), waiting_limit_(waiting_limit) {}

void role::enqueue(caf::mailbox_element_ptr what, caf::execution_unit* host) {
  caf::strong_actor_ptr player;
  {
    const std::lock_guard lock{role_mutex_};
    if (!player_ && !closed_) {
      keep(std::move(what));
      return;
    }
    player = player_;
  }
  if (player) {
    player->enqueue(std::move(what), host);
  } else {
    bounce(what, caf::make_error(caf::sec::request_receiver_down));
  }
}

void role::keep(caf::mailbox_element_ptr what) {
  if (waiting_.size() == waiting_limit_) {
    waiting_.pop_front();
    ++dropped_;
  }
  waiting_.push_back(std::move(what));
}

void role::cast(caf::strong_actor_ptr player) {
  // Under the lock, so that nobody's later message overtakes an earlier one that waited.
  const std::lock_guard lock{role_mutex_};
  for (auto& message : waiting_) player->enqueue(std::move(message), nullptr);
  waiting_.clear();
  player_ = std::move(player);
}

void role::vacate() {
  const std::lock_guard lock{role_mutex_};
  player_ = nullptr;
}

void role::close() {
  std::deque<caf::mailbox_element_ptr> unanswered;
  {
    const std::lock_guard lock{role_mutex_};
    player_ = nullptr;
    closed_ = true;
    unanswered.swap(waiting_);
  }
  for (auto& message : unanswered)
    bounce(message, caf::make_error(caf::sec::request_receiver_down));
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

}  // namespace troupe::supervision
