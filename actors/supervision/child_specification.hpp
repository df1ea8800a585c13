#pragma once

#include <chrono>
#include <functional>
#include <string>

#include <caf/actor_control_block.hpp>
#include <caf/fwd.hpp>

#include "actors/supervision/restart_policy.hpp"

namespace troupe::supervision {

/// All that a supervisor needs to know of a child.
struct child_specification {
  std::string name;
  /// The address that others use; the child plays this role.
  caf::strong_actor_ptr role;
  /// Makes the child; called again for each restart. What is to outlive a failure belongs to this
  /// function and is lent to the child. An exception counts as a failure of the child.
  std::function<caf::strong_actor_ptr(caf::actor_system&)> make;
  restart_policy restarts;
  /// How long the child may take to end when asked to, before it is killed.
  std::chrono::nanoseconds shutdown_grace = std::chrono::seconds{1};
};

}  // namespace troupe::supervision
