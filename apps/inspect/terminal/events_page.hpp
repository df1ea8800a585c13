#pragma once

#include "apps/inspect/terminal/scene.hpp"
#include "apps/inspect/terminal/table.hpp"
#include "apps/inspect/terminal/view_state.hpp"

namespace troupe::inspecting::terminal {

/// What happened in the node, the newest first.
[[nodiscard]] table events_table(const shown_node& node, const view_state& state);

/// The whole text of the event of that key.
[[nodiscard]] std::string event_text(const shown_node& node, const std::string& key);

}  // namespace troupe::inspecting::terminal
