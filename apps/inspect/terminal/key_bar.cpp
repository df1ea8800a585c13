#include "apps/inspect/terminal/key_bar.hpp"

#include <string_view>
#include <variant>
#include <vector>

#include "apps/inspect/text/text_width.hpp"

namespace troupe::inspecting::terminal {
namespace {

struct key_hint {
  std::string_view key;
  std::string_view label;
};

/// The most important first.
std::vector<key_hint> hints_for(const view_state& state, bool has_several_nodes) {
  if (state.shows_help) return {{"Esc", "Back"}, {"q", "Quit"}, {"↑↓", "Scroll"}};
  const bool is_about_actors =
      state.opened_actor || state.shown == page::actors || state.shown == page::tree;
  const bool is_about_clients = state.shown == page::clients || state.shown == page::links;
  std::vector<key_hint> hints;
  if (state.opened_actor) hints.push_back({"Esc", "Back"});
  hints.insert(hints.end(), {{"q", "Quit"}, {"h", "Help"}, {"/", "Filter"}, {"s", "Sort"}});
  if (!state.opened_actor && (is_about_actors || is_about_clients))
    hints.push_back({"Enter", "Open"});
  if (is_about_actors) hints.push_back({"r", "Restart"});
  if (is_about_clients) hints.push_back({"c", "Close"});
  if (has_several_nodes) hints.push_back({"n", "Node"});
  if (is_about_actors && !state.opened_actor)
    hints.push_back({"u", state.unfolds_connections ? "Fold" : "Unfold"});
  hints.insert(hints.end(), {{"p", state.is_paused ? "Go on" : "Pause"},
                             {"e", "Events"},
                             {"a", "Adaptation"},
                             {"l", "Log level"}});
  return hints;
}

void draw_hints(screen& target, int row, int end, const std::vector<key_hint>& hints) {
  int column = 0;
  for (const auto& hint : hints) {
    const int width = width_of(hint.key) + width_of(hint.label) + 2;
    if (column + width > end) break;
    column = target.put(row, column, hint.key, style::key_name);
    column = target.put(row, column, " " + std::string{hint.label} + " ", style::key_meaning);
  }
}

/// What a prompt says; nothing if there is none.
styled_line question(const view_state& state) {
  if (std::holds_alternative<filter_prompt>(state.asks))
    return {{" Rows that hold: ", style::strong},
            {state.table().filter + "▏", style::plain},
            {"   Enter keeps, Esc takes back", style::label}};
  if (const auto* asked = std::get_if<confirmation>(&state.asks))
    return {{" " + asked->question + " ", style::warning}, {"y/n", style::strong}};
  if (std::holds_alternative<log_level_prompt>(state.asks))
    return {{" Log level: ", style::warning}, {"t", style::strong},
            {" trace  ", style::plain},       {"d", style::strong},
            {" debug  ", style::plain},       {"i", style::strong},
            {" info  ", style::plain},        {"w", style::strong},
            {" warn  ", style::plain},        {"e", style::strong},
            {" error  ", style::plain},       {"o", style::strong},
            {" off ", style::plain},          {"  Esc: as it is", style::label}};
  return {};
}

/// Over the lowest lines, as many as it takes.
void draw_notice(screen& target, const styled_text& notice) {
  const auto lines = wrapped(notice.text, target.size().columns - 2);
  int row = target.size().rows - static_cast<int>(lines.size());
  for (const auto& line : lines) {
    target.clear(row);
    target.put(row++, 1, line, notice.look);
  }
}

}  // namespace

void draw_key_bar(screen& target, const view_state& state, const key_bar_facts& facts) {
  const int row = target.size().rows - 1;
  if (const auto asked = question(state); !asked.empty()) {
    target.put(row, 0, asked, target.size().columns);
  } else if (!state.notice.text.empty()) {
    draw_notice(target, state.notice);
  } else {
    target.paint(row, style::key_meaning);
    const int end = target.put_right(row, target.size().columns, facts.extent);
    draw_hints(target, row, end, hints_for(state, facts.has_several_nodes));
  }
}

}  // namespace troupe::inspecting::terminal
