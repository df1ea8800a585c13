#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <string>

#include <caf/monitorable_actor.hpp>

namespace troupe::supervision {

/// An address that outlives the actors behind it.
///
/// What is sent to a role goes to the actor that plays it now. While nobody does, messages wait,
/// in order, for the next one: at most `waiting_limit`, then the oldest is dropped and counted.
/// Once the role is closed, requests are answered with an error and the rest is dropped.
class role final : public caf::monitorable_actor {
 public:
  static constexpr std::size_t default_waiting_limit = 1000;

  /// Made by make_role.
  role(caf::actor_config& config, std::string name, std::size_t waiting_limit);

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* host) override;
  const char* name() const override { return name_.c_str(); }

  /// Gives the role to `player` and hands over what waited.
  void cast(caf::strong_actor_ptr player);
  /// Leaves the role empty: messages wait.
  void vacate();
  /// Leaves the role empty for good.
  void close();

  [[nodiscard]] caf::strong_actor_ptr player() const;
  [[nodiscard]] std::size_t dropped() const;

 private:
  void keep(caf::mailbox_element_ptr what);

  const std::string name_;
  const std::size_t waiting_limit_;
  mutable std::mutex role_mutex_;
  caf::strong_actor_ptr player_;
  std::deque<caf::mailbox_element_ptr> waiting_;
  std::size_t dropped_ = 0;
  bool closed_ = false;
};

/// A role for which at most `waiting_limit` messages wait.
[[nodiscard]] caf::strong_actor_ptr make_role(
    caf::actor_system& system, std::string name,
    std::size_t waiting_limit = role::default_waiting_limit);

/// The role behind an address that make_role returned.
[[nodiscard]] role& role_of(const caf::strong_actor_ptr& address);

}  // namespace troupe::supervision
