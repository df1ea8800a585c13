#pragma once

#include "apps/inspect/terminal/scene.hpp"
#include "apps/inspect/terminal/table.hpp"
#include "apps/inspect/terminal/view_state.hpp"

namespace troupe::inspecting::terminal {

/// What goes from one kind of actor to another, and how long it waits there.
[[nodiscard]] table flows_table(const shown_node& node, const view_state& state);

}  // namespace troupe::inspecting::terminal
