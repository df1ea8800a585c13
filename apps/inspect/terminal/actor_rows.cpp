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

style look_of(const actor_trouble& trouble) {
  if (trouble.hurts()) return style::alarm;
  return trouble.is_to_be_watched() ? style::warning : style::plain;
}

}  // namespace

std::vector<actor_row> actor_rows(const shown_node& node, const view_state& state) {
  std::vector<actor_row> result;
  const auto* now = node.now();
  if (now == nullptr) return result;
  const auto* lately = node.lately();
  const bool shows_all = state.unfolds_connections || !state.table().filter.empty();
  const bool is_a_tree = !state.table().sorted_by && state.table().filter.empty();
  for (auto& place : in_supervision_order(now->actors)) {
    const auto& actor = now->actors[place.index];
    const auto* change = lately ? &lately->actors[place.index] : nullptr;
    const auto trouble = trouble_of(actor, change);
    if (is_one_of_the_connections(actor) && !shows_all && !trouble.hurts()) continue;
    if (!is_a_tree) place = {.index = place.index, .depth = 1, .branches = " "};
    result.push_back({.key = actor.name,
                      .actor = &actor,
                      .lately = change,
                      .place = std::move(place),
                      .trouble = trouble});
  }
  return result;
}

styled_line name_cell(const actor_row& row, const std::string& before_name) {
  const auto look = look_of(row.trouble);
  styled_line result;
  result.push_back({look == style::alarm ? "!" : look == style::warning ? "~" : " ", look});
  result.push_back({before_name, style::label});
  result.push_back({printable(row.actor->name), look});
  if (row.actor->running > 1)
    result.push_back({fmt::format(" ×{}", row.actor->running), style::label});
  return result;
}

styled_line state_cell(const actor_row& row) {
  const auto& state = row.actor->state;
  if (row.trouble.is_stuck || row.trouble.waits_for_restart) return text_cell(state, style::alarm);
  return text_cell(state, state == "up" ? style::label : style::warning);
}

std::string text_of(const actor_row& row) {
  const auto& actor = *row.actor;
  return actor.name + " " + actor.state + " " + (actor.in_hand ? actor.in_hand->message : "");
}

}  // namespace troupe::inspecting::terminal
