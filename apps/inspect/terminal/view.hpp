#pragma once

#include <cstddef>

#include "apps/inspect/terminal/scene.hpp"
#include "apps/inspect/terminal/screen.hpp"
#include "apps/inspect/terminal/table.hpp"
#include "apps/inspect/terminal/view_state.hpp"

namespace troupe::inspecting::terminal {

/// In less than this, nothing is drawn but a wish for more.
inline constexpr screen_size least_size{.rows = 15, .columns = 60};

/// The table that keys go to: that of the page, of the opened actor, or the help.
[[nodiscard]] table table_shown(const scene& shown, const view_state& state);

/// Where that table is on a screen.
[[nodiscard]] area table_area(const scene& shown, const view_state& state, screen_size size);

/// All that is to be seen. The state is one that was settled.
[[nodiscard]] screen draw(const scene& shown, const view_state& state, screen_size size);

/// Turns to the node at that place. Nothing stays opened of the one before, and nothing that was
/// about to be asked of it is asked of this one.
void show_node(view_state& state, const scene& shown, std::size_t index);

/// Finds the chosen node where it is among the scene's now; where it is gone, turns to another.
void follow_node(view_state& state, const scene& shown);

/// Brings the state in line with what there is to be shown now.
void settle(view_state& state, const scene& shown, screen_size size);

}  // namespace troupe::inspecting::terminal
