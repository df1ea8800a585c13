#pragma once

#include <caf/actor_cast.hpp>
#include <caf/actor_control_block.hpp>

namespace troupe {

/// The actor of a handle of whatever interface.
template <class Handle>
[[nodiscard]] caf::strong_actor_ptr pointer_to(const Handle& handle) {
  return caf::actor_cast<caf::strong_actor_ptr>(handle);
}

}  // namespace troupe
