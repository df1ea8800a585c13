#pragma once

#include "apps/inspect/terminal/scene.hpp"
#include "apps/inspect/terminal/table.hpp"
#include "apps/inspect/terminal/view_state.hpp"

namespace troupe::inspecting::terminal {

/// How long each stretch of a frame's way takes.
[[nodiscard]] table latency_table(const shown_node& node, const view_state& state);

/// Draws how the stage that is chosen in the table went.
void draw_latency_graph(screen& target, const area& place, const shown_node& node,
                        const std::string& stage);

}  // namespace troupe::inspecting::terminal
