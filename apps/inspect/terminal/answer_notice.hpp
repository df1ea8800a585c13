#pragma once

#include "apps/inspect/terminal/question_queue.hpp"
#include "apps/inspect/terminal/style.hpp"

namespace troupe::inspecting::terminal {

/// What the user is told of what a node was to do: what it says of it, or why that is not known.
[[nodiscard]] styled_text notice_of(const asked_question& asked);

}  // namespace troupe::inspecting::terminal
