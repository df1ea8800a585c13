#pragma once

#include "apps/inspect/terminal/scene.hpp"
#include "apps/inspect/terminal/table.hpp"
#include "apps/inspect/terminal/view_state.hpp"

namespace troupe::inspecting::terminal {

/// What every actor does, and where it hurts. The connections are one row until they are unfolded,
/// but for those in trouble.
[[nodiscard]] table actors_table(const shown_node& node, const view_state& state);

/// Who supervises whom, who failed, and why.
[[nodiscard]] table tree_table(const shown_node& node, const view_state& state);

}  // namespace troupe::inspecting::terminal
