#pragma once

#include "apps/inspect/terminal/scene.hpp"
#include "apps/inspect/terminal/screen.hpp"
#include "apps/inspect/terminal/view_state.hpp"

namespace troupe::inspecting::terminal {

/// How many lines the head takes of a screen of that size.
[[nodiscard]] int head_height(screen_size size);

/// Draws what is to be seen whatever page is shown: which node it is, its figures, what stands out,
/// and the pages' names.
void draw_head(screen& target, const scene& shown, const view_state& state);

}  // namespace troupe::inspecting::terminal
