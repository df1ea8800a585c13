#pragma once

#include <caf/monitorable_actor.hpp>

#include "protocol/type_ids.hpp"

namespace troupe::network {

/// What peers reach at a node's port. CAF has one actor for each port; this one does nothing but
/// pass on what is said to whomever it is for, so that no door's trouble is another's.
class front_door final : public caf::monitorable_actor {
 public:
  /// Made by make_front_door.
  front_door(caf::actor_config& config, link_door_actor links, inspected_actor inspectors);

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* host) override;
  const char* name() const override { return "front_door"; }

 private:
  const caf::strong_actor_ptr links_;
  const caf::strong_actor_ptr inspectors_;
};

[[nodiscard]] front_door_actor make_front_door(caf::actor_system& system, link_door_actor links,
                                               inspected_actor inspectors);

}  // namespace troupe::network
