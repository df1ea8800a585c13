#pragma once

#include "apps/inspect/terminal/screen.hpp"
#include "apps/inspect/terminal/view_state.hpp"

namespace troupe::inspecting::terminal {

/// Draws the lowest line: a question to whoever sits there, what came of the last action, or which
/// keys there are.
void draw_key_bar(screen& target, const view_state& state, bool has_several_nodes);

}  // namespace troupe::inspecting::terminal
