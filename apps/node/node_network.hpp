#pragma once

#include <memory>
#include <optional>
#include <string>

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>

#include "actors/network/known_peers.hpp"
#include "actors/network/node_position.hpp"
#include "actors/network/tls_context.hpp"
#include "actors/network/upstream_record.hpp"
#include "apps/node/node_settings.hpp"
#include "protocol/address.hpp"
#include "protocol/descriptor.hpp"
#include "protocol/type_ids.hpp"

namespace troupe {

/// A node among others: what outlives the actors that talk to them.
class node_network {
 public:
  /// `system` is to have the network; `name` is the node's, for people.
  /// Without `tls_files` all links are plain. Throws failure.
  node_network(caf::actor_system& system, const std::string& name,
               const std::optional<network::tls_files>& tls_files);

  /// Listens at `address`; peers wait in the kernel until it is published. One that other machines
  /// reach is refused without TLS, unless that `is_insecure` is accepted. Throws failure.
  void listen(const node_address& address, bool is_insecure);
  /// Where it listens, with the port that it got; nothing if it does not.
  [[nodiscard]] const std::optional<node_address>& listening_at() const { return listening_at_; }

  /// Has peers reach these doors from now on.
  void publish(const link_door_actor& links, const inspected_actor& inspectors);
  /// Whose actors speak to those here.
  [[nodiscard]] network::known_peers& peers();
  /// No more peers are taken in.
  void close();

  const caf::actor broker;  ///< CAF's, for what nodes tell each other
  const std::shared_ptr<network::node_position> position;
  const std::shared_ptr<network::upstream_record> upstream;
  const std::shared_ptr<const network::tls_context> tls;  ///< or plain

 private:
  caf::actor_system& system_;
  descriptor listener_;  ///< until it is published
  std::optional<node_address> listening_at_;
};

/// What these settings ask for, listening already; null for a node that is to have nothing to do
/// with others. Throws failure.
[[nodiscard]] std::shared_ptr<node_network> join_network(const node_settings& settings,
                                                         caf::actor_system& system);

}  // namespace troupe
