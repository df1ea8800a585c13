#include "actors/network/link_door.hpp"

#include <utility>

#include <caf/send.hpp>
#include <fmt/format.h>

#include "actors/network/printable.hpp"
#include "actors/network/refusal_log.hpp"

namespace troupe::network {

std::string link_door_state::complaint(const link_request& request,
                                       const link_receiver_actor& receiver) const {
  if (request.protocol_version != link_protocol_version)
    return fmt::format(
        "it speaks version {} of the protocol between nodes, this one version {}; "
        "use the same release of Troupe on both",
        request.protocol_version, link_protocol_version);
  const auto asks = self->current_sender();
  if (!receiver || !asks || receiver.node() != asks->node())
    return "it does not say who of its own is to have the frames";
  if (request.subscriber == settings.position->identity()) return "a node cannot hear itself";
  if (passes(settings.position->path(), request.subscriber))
    return "this node's stream comes from it: that would be a loop";
  return {};
}

caf::result<link_offer, link_sender_actor> link_door_state::admit(
    const link_request& request, const link_receiver_actor& receiver) {
  const auto who = printable(request.name);
  if (const auto why = complaint(request, receiver); !why.empty()) {
    refusal_log::shared().tell("the node " + who, why);
    return caf::make_error(caf::sec::invalid_argument, why);
  }
  const auto& peer = receiver.node();
  if (!being_made.insert(peer).second)
    return caf::make_error(caf::sec::invalid_argument, "it asked already, and has no answer yet");
  auto answer = self->make_response_promise<link_offer, link_sender_actor>();
  const arriving_client arriving{
      .address = who,
      .make_connection = [receiver, settings = settings](caf::actor_system& system,
                                                         const client_place& place) {
        return caf::actor_cast<caf::strong_actor_ptr>(
            system.spawn(link_sender, receiver, place, settings));
      }};
  const link_offer offer{.publisher = settings.position->identity(),
                         .name = settings.position->name(),
                         .path = settings.position->path()};
  self->request(settings.client_registry, caf::infinite, arriving)
      .then(
          [=, this](const caf::strong_actor_ptr& made) mutable {
            being_made.erase(peer);
            if (made) keep_sender(peer, made);
            answer.deliver(offer, caf::actor_cast<link_sender_actor>(made));
          },
          [=, this](const caf::error& error) mutable {
            being_made.erase(peer);
            answer.deliver(error);
          });
  return answer;
}

/// A node needs one, and another for a moment when it comes by two ways, or begins anew.
void link_door_state::keep_sender(const caf::node_id& peer, const caf::strong_actor_ptr& made) {
  const auto is_gone = [](const caf::weak_actor_ptr& each) {
    return !caf::actor_cast<caf::strong_actor_ptr>(each);
  };
  for (auto& [node, of_node] : senders) std::erase_if(of_node, is_gone);
  std::erase_if(senders, [](const auto& each) { return each.second.empty(); });
  auto& of_peer = senders[peer];
  of_peer.push_back(caf::actor_cast<caf::weak_actor_ptr>(made));
  if (of_peer.size() <= most_senders_of_node) return;
  if (const auto earliest = caf::actor_cast<connection_actor>(of_peer.front()))
    self->send(earliest, evict_atom::value);
  of_peer.erase(of_peer.begin());
}

link_door_actor::behavior_type link_door(
    supervision::player_pointer<link_door_actor, link_door_state> self,
    link_sender_settings settings) {
  self->state.settings = std::move(settings);
  return {[self](const link_request& request, const link_receiver_actor& receiver) {
    return self->state.admit(request, receiver);
  }};
}

}  // namespace troupe::network
