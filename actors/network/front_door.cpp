#include "actors/network/front_door.hpp"

#include <utility>

#include <caf/actor_system.hpp>
#include <caf/make_actor.hpp>
#include <caf/sec.hpp>

namespace troupe::network {

front_door::front_door(caf::actor_config& config, link_door_actor links, inspected_actor inspectors)
    : caf::monitorable_actor(config),
      links_(caf::actor_cast<caf::strong_actor_ptr>(std::move(links))),
      inspectors_(caf::actor_cast<caf::strong_actor_ptr>(std::move(inspectors))) {}

void front_door::enqueue(caf::mailbox_element_ptr what, caf::execution_unit* host) {
  const auto& said = what->content();
  if (said.match_elements<link_request, link_receiver_actor>())
    links_->enqueue(std::move(what), host);
  else if (said.match_elements<inspection_question>() ||
           said.match_elements<inspection_continuation>())
    inspectors_->enqueue(std::move(what), host);
  else
    bounce(what, caf::make_error(caf::sec::unexpected_message));
}

front_door_actor make_front_door(caf::actor_system& system, link_door_actor links,
                                 inspected_actor inspectors) {
  caf::actor_config config;
  return caf::make_actor<front_door, front_door_actor>(system.next_actor_id(), system.node(),
                                                       &system, config, std::move(links),
                                                       std::move(inspectors));
}

}  // namespace troupe::network
