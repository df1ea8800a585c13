#pragma once

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

namespace troupe::network {

/// Has actor systems of `config` talk to those of other nodes, over CAF's network layer. The
/// scheduler is to be the reactor.
void add_network(caf::actor_system_config& config);

/// CAF's broker for what actors of different systems tell each other. To be called when `system`
/// has just been made, by one thread.
[[nodiscard]] caf::actor broker_of(caf::actor_system& system);

}  // namespace troupe::network
