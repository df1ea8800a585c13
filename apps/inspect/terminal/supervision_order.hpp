#pragma once

#include <span>
#include <string>
#include <vector>

#include "apps/inspect/model/snapshot.hpp"

namespace troupe::inspecting::terminal {

/// An actor's place below its supervisor.
struct supervised_place {
  const actor_facts* actor = nullptr;
  int depth = 0;
  std::string branches;  ///< what leads to it in a drawn tree: "│  ├─ "
};

/// Each actor after its parent, and after what that parent started before. One whose parent is not
/// known is at the top.
[[nodiscard]] std::vector<supervised_place> in_supervision_order(
    std::span<const actor_facts* const> actors);

}  // namespace troupe::inspecting::terminal
