#include "apps/inspect/terminal/actor_rows.hpp"

#include <utility>

#include <fmt/format.h>

#include "apps/inspect/terminal/cells.hpp"
#include "apps/inspect/text/printable.hpp"

namespace troupe::inspecting::terminal {
namespace {

bool is_one_of_the_connections(const actor_facts& actor) {
  return actor.name.starts_with("connection:");
}

/// What happened with one of the snapshot's actors: it has the same place in both lists.
const actor_changes* changes_of(const actor_facts& actor, const shown_node& node) {
  const auto index = &actor - node.now()->actors.data();
  return node.lately() ? &node.lately()->actors[static_cast<std::size_t>(index)] : nullptr;
}

/// All of them, or without the single connections that are not in trouble.
std::vector<const actor_facts*> actors_to_be_seen(const shown_node& node, bool with_connections) {
  std::vector<const actor_facts*> result;
  for (const auto& actor : node.now()->actors)
    if (with_connections || !is_one_of_the_connections(actor) ||
        trouble_of(actor, changes_of(actor, node), *node.now()).hurts())
      result.push_back(&actor);
  return result;
}

style look_of(const actor_trouble& trouble) {
  if (trouble.hurts()) return style::alarm;
  return trouble.is_to_be_watched() ? style::warning : style::plain;
}

}  // namespace

std::vector<actor_row> actor_rows(const shown_node& node, const view_state& state) {
  std::vector<actor_row> result;
  const auto* now = node.now();
  if (now == nullptr) return result;
  const auto& table = state.table();
  const bool is_a_tree = !table.sorted_by && table.filter.empty();
  const auto seen = actors_to_be_seen(node, state.unfolds_connections || !table.filter.empty());
  for (auto& place : in_supervision_order(seen)) {
    const auto& actor = *place.actor;
    const auto* lately = changes_of(actor, node);
    if (!is_a_tree) place = {.actor = &actor, .depth = 1, .branches = " "};
    result.push_back({.key = actor.name,
                      .lately = lately,
                      .place = std::move(place),
                      .trouble = trouble_of(actor, lately, *now)});
  }
  return result;
}

styled_line name_cell(const actor_row& row, const std::string& before_name) {
  const auto look = look_of(row.trouble);
  styled_line result;
  result.push_back({look == style::alarm ? "!" : look == style::warning ? "~" : " ", look});
  result.push_back({before_name, style::label});
  result.push_back({printable(row.actor().name), look});
  if (row.actor().running > 1)
    result.push_back({fmt::format(" ×{}", row.actor().running), style::label});
  return result;
}

styled_line state_cell(const actor_row& row) {
  const auto& state = row.actor().state;
  if (row.trouble.is_stuck || row.trouble.waits_for_restart) return text_cell(state, style::alarm);
  return text_cell(state, state == "up" ? style::label : style::warning);
}

std::string text_of(const actor_row& row) {
  const auto& actor = row.actor();
  return actor.name + " " + actor.state + " " + (actor.in_hand ? actor.in_hand->message : "");
}

}  // namespace troupe::inspecting::terminal
