#pragma once

#include <variant>

#include "apps/inspect/terminal/key.hpp"
#include "apps/inspect/terminal/scene.hpp"
#include "apps/inspect/terminal/screen.hpp"
#include "apps/inspect/terminal/view_state.hpp"

namespace troupe::inspecting::terminal {

/// The view is over.
struct quit {};
/// What is on the terminal may be spoilt.
struct redraw {};

/// What a key has to be done, beside what it changes in the view.
using key_outcome = std::variant<std::monostate, quit, redraw, request>;

/// Changes the state as the key wants it. What would act on the node is asked for first.
[[nodiscard]] key_outcome press(view_state& state, key pressed, const scene& shown,
                                screen_size size);

}  // namespace troupe::inspecting::terminal
