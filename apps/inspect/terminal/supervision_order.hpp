#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "apps/inspect/model/snapshot.hpp"

namespace troupe::inspecting::terminal {

/// An actor's place below its supervisor.
struct supervised_place {
  std::size_t index = 0;  ///< in the snapshot's list
  int depth = 0;
  std::string branches;  ///< what leads to it in a drawn tree: "│  ├─ "
};

/// Each actor after its parent, and after what that parent started before. One whose parent is not
/// known is at the top.
[[nodiscard]] std::vector<supervised_place> in_supervision_order(
    const std::vector<actor_facts>& actors);

}  // namespace troupe::inspecting::terminal
