#pragma once

#include "apps/inspect/terminal/screen.hpp"
#include "apps/inspect/terminal/view_state.hpp"

namespace troupe::inspecting::terminal {

/// What the bar is to tell of what lies above it.
struct key_bar_facts {
  bool has_several_nodes = false;
  styled_line extent;  ///< which rows are shown
};

/// Draws the lowest line: a question to whoever sits there, what came of the last action, or which
/// keys there are.
void draw_key_bar(screen& target, const view_state& state, const key_bar_facts& facts);

}  // namespace troupe::inspecting::terminal
