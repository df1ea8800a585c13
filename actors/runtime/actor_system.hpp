#pragma once

#include <caf/actor_system_config.hpp>

namespace troupe::runtime {

/// CAF's configuration as Troupe needs it: our message types, and a scheduler that does not poll
/// while idle.
class actor_system_config : public caf::actor_system_config {
 public:
  actor_system_config();
};

}  // namespace troupe::runtime
