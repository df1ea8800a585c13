#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>

#include <caf/monitorable_actor.hpp>

namespace troupe::supervision {

/// An address that outlives the actors behind it.
///
/// What is sent to a role goes to the actor that plays it now. While nobody does, messages wait,
/// in order, for the next one, and so does what a player that ended had not yet seen: at most
/// `waiting_limit`, then the oldest is dropped and counted. Only the message that a player had in
/// hand goes with it. (That is so for actors that are players, as player.hpp has them; any other
/// takes its mailbox with it.) Once the role is closed, requests are answered with an error and the
/// rest is dropped.
class role final : public caf::monitorable_actor {
 public:
  static constexpr std::size_t default_waiting_limit = 1000;

  /// Made by make_role.
  role(caf::actor_config& config, std::string name, std::size_t waiting_limit);

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* host) override;
  const char* name() const override { return name_.c_str(); }

  /// Gives the role to `player` and hands over what waited. Nothing if it has ended already.
  void cast(caf::strong_actor_ptr player);
  /// Takes the role from `player` if it plays it: messages wait.
  void vacate(const caf::abstract_actor* player);
  /// Leaves the role empty until it is opened again.
  void close();
  /// A role is open from the beginning.
  void open();
  /// `player` ends. `empty_mailbox` has nothing added to its mailbox any more and returns what it
  /// had not yet seen, which waits for the next player, or goes to the one who has taken over.
  void leave(const caf::abstract_actor* player,
             const std::function<std::deque<caf::mailbox_element_ptr>()>& empty_mailbox);

  [[nodiscard]] caf::strong_actor_ptr player() const;
  [[nodiscard]] std::size_t dropped() const;

 private:
  using messages = std::deque<caf::mailbox_element_ptr>;

  [[nodiscard]] bool is_played_by(const caf::abstract_actor* player) const;
  /// Takes out what is too much, the oldest, for the caller to delete when the lock is open.
  [[nodiscard]] messages take_excess();
  void refuse(messages& refused);

  const std::string name_;
  const std::size_t waiting_limit_;
  mutable std::mutex role_mutex_;
  caf::strong_actor_ptr player_;
  messages waiting_;
  std::size_t dropped_ = 0;
  bool closed_ = false;
};

/// A role for which at most `waiting_limit` messages wait.
[[nodiscard]] caf::strong_actor_ptr make_role(
    caf::actor_system& system, std::string name,
    std::size_t waiting_limit = role::default_waiting_limit);

/// The role behind an address that make_role returned.
[[nodiscard]] role& role_of(const caf::strong_actor_ptr& address);

/// Who plays the role at `address` now, or null; the actor itself if `address` is not a role's.
[[nodiscard]] caf::strong_actor_ptr player_behind(const caf::strong_actor_ptr& address);

}  // namespace troupe::supervision
