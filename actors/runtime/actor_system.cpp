#include "actors/runtime/actor_system.hpp"

#include "protocol/type_ids.hpp"

namespace troupe::runtime {

actor_system_config::actor_system_config() {
  add_message_types<caf::id_block::troupe>();
  // One stream of 200 frames/s burned 36 to 45 % of a core with CAF's defaults, and 2.8 % so.
  set("work-stealing.aggressive-poll-attempts", 1);
  set("work-stealing.moderate-poll-attempts", 0);
  // Without a limit, an actor that sends to itself keeps its thread from others for good.
  set("scheduler.max-throughput", mailbox_messages_in_a_row);
}

}  // namespace troupe::runtime
