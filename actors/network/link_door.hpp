#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include <caf/actor.hpp>
#include <caf/node_id.hpp>

#include "actors/network/link_sender.hpp"
#include "actors/network/node_position.hpp"
#include "actors/supervision/player.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::network {

/// The node's door for other nodes.
struct link_door_state {
  static inline const char* name = "link_door";
  /// Of more for one node, the earliest goes.
  static constexpr std::size_t most_senders_of_node = 4;

  explicit link_door_state(link_door_actor::pointer its_self) : self(its_self) {}

  caf::result<link_offer, link_sender_actor> admit(const link_request& request,
                                                   const link_receiver_actor& receiver);
  /// Why not; empty if it may.
  [[nodiscard]] std::string complaint(const link_request& request,
                                      const link_receiver_actor& receiver) const;

  void keep_sender(const caf::node_id& peer, const caf::strong_actor_ptr& made);

  link_door_actor::pointer self;
  link_sender_settings settings;
  std::map<caf::node_id, std::vector<caf::weak_actor_ptr>> senders;  ///< the earliest first
  std::set<caf::node_id> being_made;                                 ///< senders for them
};

/// Takes in nodes that want this one's stream: has the client registry make the sending end of a
/// link for each. Refuses, with the reason, those that speak another version and those whose stream
/// this one has itself.
link_door_actor::behavior_type link_door(
    supervision::player_pointer<link_door_actor, link_door_state> self,
    link_sender_settings settings);

}  // namespace troupe::network
