#pragma once

#include <string>
#include <vector>

#include <caf/all.hpp>

#include "actors/network/tcp_socket.hpp"
#include "protocol/address.hpp"
#include "protocol/atoms.hpp"

namespace troupe::network {

/// What a host's name stands for; nothing, and why.
struct host_endpoints {
  std::vector<tcp_endpoint> endpoints;
  std::string failure;
};

using host_resolver_actor = caf::typed_actor<caf::replies_to<start_atom>::with<host_endpoints>>;

/// Asks the system once, which may take seconds, and ends. To be spawned detached.
host_resolver_actor::behavior_type host_resolver(host_resolver_actor::pointer self,
                                                 const node_address& address);

}  // namespace troupe::network

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::network::host_endpoints)
