#include "actors/runtime/actor_system.hpp"

#include <caf/actor_system.hpp>

#include "actors/runtime/reactor.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::runtime {

actor_system_config::actor_system_config() {
  add_message_types<caf::id_block::troupe>();
  // Without a limit, an actor that sends to itself keeps its thread from others for good.
  set("scheduler.max-throughput", mailbox_messages_in_a_row);
}

std::shared_ptr<probe::probe_board> probes_of(caf::actor_system& system) {
  const auto* const ours = dynamic_cast<const actor_system_config*>(&system.config());
  return ours == nullptr ? nullptr : ours->probes;
}

node_system_config::node_system_config() { load<reactor>(); }

}  // namespace troupe::runtime
