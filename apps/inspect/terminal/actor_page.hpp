#pragma once

#include "apps/inspect/terminal/scene.hpp"
#include "apps/inspect/terminal/table.hpp"
#include "apps/inspect/terminal/view_state.hpp"

namespace troupe::inspecting::terminal {

/// What the opened actor does for each type of message.
[[nodiscard]] table handlers_table(const scene& shown, const view_state& state);

/// Draws what is known of the opened actor as a whole.
void draw_actor(screen& target, const area& place, const scene& shown, const view_state& state);

}  // namespace troupe::inspecting::terminal
