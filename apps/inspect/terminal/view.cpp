#include "apps/inspect/terminal/view.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "apps/inspect/terminal/actor_page.hpp"
#include "apps/inspect/terminal/actors_page.hpp"
#include "apps/inspect/terminal/clients_page.hpp"
#include "apps/inspect/terminal/events_page.hpp"
#include "apps/inspect/terminal/flows_page.hpp"
#include "apps/inspect/terminal/head.hpp"
#include "apps/inspect/terminal/help_page.hpp"
#include "apps/inspect/terminal/key_bar.hpp"
#include "apps/inspect/terminal/latency_page.hpp"
#include "apps/inspect/text/text_width.hpp"

namespace troupe::inspecting::terminal {
namespace {

constexpr int key_bar_rows = 1;
constexpr int actor_rows_above = 6;
constexpr int event_rows_below = 4;

/// Where all is that is not head nor key bar.
area body(screen_size size) {
  const int top = head_height(size);
  return {top, 0, size.rows - top - key_bar_rows, size.columns};
}

/// A body without so many lines above, or below.
area below(area whole, int rows) {
  return {whole.row + rows, whole.column, whole.rows - rows, whole.columns};
}
area above(area whole, int rows) {
  return {whole.row, whole.column, whole.rows - rows, whole.columns};
}

/// A graph for which there is no room left beside the table is not drawn.
int graph_rows(area whole) { return std::clamp(whole.rows - 9, 0, 12); }

void draw_wish_for_room(screen& target) {
  const auto size = target.size();
  const auto wish =
      fmt::format("Please make this window larger: {} by {} at least, it is {} by {}.",
                  least_size.columns, least_size.rows, size.columns, size.rows);
  int row = 0;
  for (const auto& line : wrapped(wish, size.columns)) target.put(row++, 0, line);
}

void draw_chosen_event(screen& target, area whole, const shown_node& node, const table& events,
                       const table_state& position) {
  if (position.row >= events.keys.size()) return;
  const auto text = event_text(node, events.keys[position.row]);
  const int first = whole.row + whole.rows - event_rows_below + 1;
  int row = first;
  for (const auto& line : wrapped(text, whole.columns - 2)) {
    if (row == whole.row + whole.rows) break;
    target.put(row++, 1, line, style::strong);
  }
}

/// Which rows there are to be seen, where that is not all of them.
styled_line extent_of(const table& rows, const table_state& state, const area& place) {
  styled_line extent;
  const auto count = rows.keys.size();
  const auto height = static_cast<std::size_t>(rows_in(place));
  if (!state.filter.empty())
    extent.push_back({" holding \"" + state.filter + "\" ", style::key_meaning});
  if (count > height)
    extent.push_back({fmt::format(" {}–{} of {} ", state.first + 1,
                                  std::min(state.first + height, count), count),
                      style::key_meaning});
  return extent;
}

/// What a page has beside its table.
void draw_beside(screen& target, const scene& shown, const view_state& state, const table& rows) {
  const auto whole = body(target.size());
  const auto& node = shown.nodes[state.node];
  if (state.shows_help) return;
  if (state.opened_actor) {
    draw_actor(target, {whole.row, whole.column, actor_rows_above, whole.columns}, shown, state);
  } else if (state.shown == page::latency && graph_rows(whole) > 0) {
    const auto row = state.table().row;
    draw_latency_graph(target, {whole.row, whole.column, graph_rows(whole), whole.columns}, node,
                       row < rows.keys.size() ? rows.keys[row] : "total");
  } else if (state.shown == page::links) {
    draw_upstream(target, whole, node);
  } else if (state.shown == page::events) {
    draw_chosen_event(target, whole, node, rows, state.table());
  }
}

}  // namespace

table table_shown(const scene& shown, const view_state& state) {
  if (state.shows_help) return help_table();
  if (state.opened_actor) return handlers_table(shown, state);
  const auto& node = shown.nodes[state.node];
  switch (state.shown) {
    case page::actors:
      return actors_table(node, state);
    case page::tree:
      return tree_table(node, state);
    case page::latency:
      return latency_table(node, state);
    case page::clients:
      return clients_table(node, state);
    case page::links:
      return linked_nodes_table(node, state);
    case page::flows:
      return flows_table(node, state);
    case page::events:
      return events_table(node, state);
  }
  return {};
}

area table_area(const scene& shown, const view_state& state, screen_size size) {
  const auto whole = body(size);
  if (state.shows_help) return whole;
  if (state.opened_actor) return below(whole, actor_rows_above);
  if (state.shown == page::latency) return below(whole, graph_rows(whole));
  if (state.shown == page::links) return below(whole, upstream_height(shown.nodes[state.node]));
  if (state.shown == page::events) return above(whole, event_rows_below);
  return whole;
}

screen draw(const scene& shown, const view_state& state, screen_size size) {
  screen target{size};
  if (size.rows < least_size.rows || size.columns < least_size.columns) {
    draw_wish_for_room(target);
    return target;
  }
  const auto rows = table_shown(shown, state);
  draw_head(target, shown, state);
  draw_beside(target, shown, state, rows);
  const auto place = table_area(shown, state, size);
  draw(target, place, rows, state.table());
  if (shown.nodes[state.node].view->state == presence::away)
    for (int row = 0; row < rows_in(place); ++row) target.fade(place.row + 1 + row);
  draw_key_bar(target, state,
               {.has_several_nodes = shown.nodes.size() > 1,
                .extent = extent_of(rows, state.table(), place)});
  return target;
}

void show_node(view_state& state, const scene& shown, std::size_t index) {
  state.node = index;
  state.chosen_node = shown.nodes[index].target_text();
  state.opened_actor.reset();
  if (!std::holds_alternative<filter_prompt>(state.asks)) state.asks = std::monostate{};
}

void follow_node(view_state& state, const scene& shown) {
  const auto& nodes = shown.nodes;
  if (state.chosen_node.empty()) state.chosen_node = nodes.front().target_text();
  const auto found = std::ranges::find(nodes, state.chosen_node, &shown_node::target_text);
  if (found == nodes.end()) {
    show_node(state, shown, std::min(state.node, nodes.size() - 1));
  } else {
    state.node = static_cast<std::size_t>(found - nodes.begin());
  }
}

void settle(view_state& state, const scene& shown, screen_size size) {
  follow_node(state, shown);
  settle(state.table(), table_shown(shown, state).keys, rows_in(table_area(shown, state, size)));
}

}  // namespace troupe::inspecting::terminal
