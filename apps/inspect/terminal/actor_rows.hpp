#pragma once

#include <string>
#include <vector>

#include "apps/inspect/model/findings.hpp"
#include "apps/inspect/terminal/scene.hpp"
#include "apps/inspect/terminal/style.hpp"
#include "apps/inspect/terminal/supervision_order.hpp"
#include "apps/inspect/terminal/view_state.hpp"

namespace troupe::inspecting::terminal {

/// An actor in a table.
struct actor_row {
  std::string key;                        ///< its name
  const actor_changes* lately = nullptr;  ///< null while nothing is known of the last second
  supervised_place place;
  actor_trouble trouble;

  [[nodiscard]] const actor_facts& actor() const { return *place.actor; }
};

/// Those that the state asks for, in the order of supervision. The connections are one row until
/// they are unfolded, or looked for by a filter; but those that hurt are always there.
[[nodiscard]] std::vector<actor_row> actor_rows(const shown_node& node, const view_state& state);

/// How an actor's name looks, and the sign before it, for those who see no colour.
[[nodiscard]] styled_line name_cell(const actor_row& row, const std::string& before_name);

[[nodiscard]] styled_line state_cell(const actor_row& row);

/// What a filter looks into.
[[nodiscard]] std::string text_of(const actor_row& row);

}  // namespace troupe::inspecting::terminal
