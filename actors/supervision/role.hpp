#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/monitorable_actor.hpp>

#include "actors/supervision/doorbell.hpp"
#include "actors/supervision/waiting_message.hpp"
#include "protocol/ring_queue.hpp"

namespace troupe::supervision {

/// How much may wait at a role. What is too much is dropped, the oldest first.
struct waiting_room {
  std::size_t messages = 1000;
};

/// An address that outlives the actors behind it.
///
/// What is sent to a role waits here, in order, until the actor that plays it takes it; what its
/// waiting room does not hold is dropped and counted. So only the message in hand goes with a
/// player that ends, or that is replaced while it is stuck, and the next one goes on with the rest.
/// What is about the player itself, such as an exit message, goes to its own mailbox. Once the role
/// is closed, requests are answered with an error and the rest is dropped.
///
/// (An actor that is no player, as player.hpp has them, is sent all at once, and takes it along.)
class role final : public caf::monitorable_actor {
 public:
  /// Tells a player that something waits for it. One is on its way at a time.
  struct call {};

  /// Made by make_role.
  role(caf::actor_config& config, std::string name, const waiting_room& room);

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* host) override;
  const char* name() const override { return name_.c_str(); }

  /// Gives the role to `player`, which is to act on what waits.
  void cast(caf::strong_actor_ptr player);
  /// Takes the role from `player` if it plays it: messages wait.
  void vacate(const caf::abstract_actor* player);
  /// Leaves the role empty until it is opened again.
  void close();
  /// A role is open from the beginning.
  void open();

  /// For the player, when it was called: the next message, or null when nothing waits or it does
  /// not play the role any more. Then the next message calls.
  [[nodiscard]] waiting_message take(const caf::abstract_actor* player);
  /// For the player, when it has taken much and wants to be called for the rest.
  void call_again(const caf::abstract_actor* player);

  [[nodiscard]] caf::strong_actor_ptr player() const;

  /// What has become of messages to it.
  struct room_report {
    std::size_t waiting = 0;
    std::size_t most_waiting = 0;
    std::uint64_t dropped = 0;  ///< for which there was no room
  };
  [[nodiscard]] room_report report() const;

 private:
  [[nodiscard]] bool is_played_by(const caf::abstract_actor* player) const;
  void call_player(caf::execution_unit* host);
  /// Lets `message` wait. Returns the one that is too much then, or null, for the caller to refuse
  /// when the lock is open.
  [[nodiscard]] caf::mailbox_element_ptr let_wait(caf::mailbox_element_ptr message);
  void refuse(caf::mailbox_element_ptr message);

  const std::string name_;
  const waiting_room room_;
  mutable std::mutex role_mutex_;
  caf::strong_actor_ptr player_;
  caf::intrusive_ptr<doorbell<call>> bell_;  ///< the player's
  bool takes_by_itself_ = false;             ///< the player does; otherwise it is sent all at once
  bool called_ = false;  ///< the player is, and has not yet found that nothing waits
  ring_queue<waiting_message> waiting_;
  std::size_t most_waiting_ = 0;
  std::uint64_t dropped_ = 0;
  bool closed_ = false;
};

[[nodiscard]] caf::strong_actor_ptr make_role(caf::actor_system& system, std::string name,
                                              const waiting_room& room = {});

/// The role behind an address that make_role returned.
[[nodiscard]] role& role_of(const caf::strong_actor_ptr& address);

/// Who plays the role at `address` now, or null; the actor itself if `address` is not a role's.
[[nodiscard]] caf::strong_actor_ptr player_behind(const caf::strong_actor_ptr& address);

}  // namespace troupe::supervision

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::supervision::role::call)
