#pragma once

#include "apps/inspect/terminal/scene.hpp"
#include "apps/inspect/terminal/table.hpp"
#include "apps/inspect/terminal/view_state.hpp"

namespace troupe::inspecting::terminal {

/// Everybody who has the stream, and what they lose by which cause. A row's key is the client's
/// number.
[[nodiscard]] table clients_table(const shown_node& node, const view_state& state);

/// Of these, the nodes that came by a link.
[[nodiscard]] table linked_nodes_table(const shown_node& node, const view_state& state);

/// What is known of the link to the node that this one hears: how many lines it takes, with an
/// empty one below, and those lines.
[[nodiscard]] int upstream_height(const shown_node& node);
void draw_upstream(screen& target, const area& place, const shown_node& node);

}  // namespace troupe::inspecting::terminal
