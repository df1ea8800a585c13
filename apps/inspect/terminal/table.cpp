#include "apps/inspect/terminal/table.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>

#include "apps/inspect/text/text_width.hpp"

namespace troupe::inspecting::terminal {
namespace {

constexpr int gap = 1;

/// A column in its place.
struct placed_column {
  std::size_t index = 0;
  int begin = 0;
  int width = 0;
};

/// Those columns that fit, in their order: the first, the one that is sorted by, and then the more
/// important ones.
std::vector<std::size_t> fitting(const std::vector<column>& columns, const table_state& state,
                                 int width) {
  std::vector<std::size_t> by_importance;
  for (std::size_t index = 0; index < columns.size(); ++index)
    if (index == 0 || index > state.shift || index == state.sorted_by)
      by_importance.push_back(index);
  std::ranges::stable_sort(by_importance, std::ranges::greater{}, [&](std::size_t index) {
    return std::tuple{index == 0, index == state.sorted_by, columns[index].importance};
  });
  std::vector<std::size_t> result;
  int taken = -gap;
  for (const auto index : by_importance) {
    taken += gap + columns[index].width;
    if (taken > width && !result.empty()) break;
    result.push_back(index);
  }
  std::ranges::sort(result);
  return result;
}

std::vector<placed_column> placed(const std::vector<column>& columns, const table_state& state,
                                  int width) {
  std::vector<placed_column> result;
  int begin = 0;
  for (const auto index : fitting(columns, state, width)) {
    result.push_back({.index = index, .begin = begin, .width = columns[index].width});
    begin += columns[index].width + gap;
  }
  if (!result.empty() && columns[result.back().index].align == alignment::left)
    result.back().width = width - result.back().begin;
  return result;
}

int line_width(const styled_line& line) {
  int result = 0;
  for (const auto& piece : line) result += width_of(piece.text);
  return result;
}

void put_aligned(screen& target, int row, int begin, int width, alignment align,
                 const styled_line& line) {
  const int missing = std::max(0, width - line_width(line));
  target.put(row, begin + (align == alignment::right ? missing : 0), line, width);
}

/// Where the sign of a sorted column stands: behind its title.
int sign_place(const column& shape, int width) {
  return shape.align == alignment::right ? width : std::min(width_of(shape.title), width);
}

void draw_heading(screen& target, const area& place, const table& shown, const table_state& state,
                  const std::vector<placed_column>& columns) {
  target.paint(place.row, style::heading);
  for (const auto& each : columns) {
    const auto& shape = shown.columns[each.index];
    const bool is_sorted = state.sorted_by == each.index;
    put_aligned(target, place.row, place.column + each.begin, each.width, shape.align,
                line_of(shape.title, is_sorted ? style::sorted : style::heading));
    // In the gap behind the column, so that it is there whatever the title's length.
    if (is_sorted)
      target.put(place.row, place.column + each.begin + sign_place(shape, each.width),
                 state.is_reversed ? "▲" : "▼", style::sorted);
  }
}

/// The row that is chosen, as far as it is still there.
std::size_t place_of(const table_state& state, const std::vector<std::string>& keys) {
  if (state.chosen.empty()) return 0;
  const auto found = std::ranges::find(keys, state.chosen);
  if (found != keys.end()) return static_cast<std::size_t>(found - keys.begin());
  return std::min(state.row, keys.empty() ? 0 : keys.size() - 1);
}

}  // namespace

void settle(table_state& state, const std::vector<std::string>& keys, int height) {
  const auto shown = static_cast<std::size_t>(std::max(height, 1));
  state.row = place_of(state, keys);
  if (!state.chosen.empty() && state.row < keys.size()) state.chosen = keys[state.row];
  const auto last_first = keys.size() - std::min(keys.size(), shown);
  if (state.row < state.first) state.first = state.row;
  if (state.row >= state.first + shown) state.first = state.row - shown + 1;
  state.first = std::min(state.first, last_first);
}

void move(table_state& state, const std::vector<std::string>& keys, std::ptrdiff_t by) {
  if (keys.empty()) return;
  const auto last = static_cast<std::ptrdiff_t>(keys.size()) - 1;
  const auto now = static_cast<std::ptrdiff_t>(place_of(state, keys));
  state.row = static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(now + by, 0, last));
  // Whoever goes to the top wants to see what comes there.
  state.chosen = state.row == 0 ? std::string{} : keys[state.row];
}

void sort_by_next(table_state& state, std::size_t columns) {
  if (!state.sorted_by) {
    state.sorted_by = 0;
  } else if (++*state.sorted_by == columns) {
    state.sorted_by.reset();
  }
}

void sort_by_previous(table_state& state, std::size_t columns) {
  if (!state.sorted_by) {
    state.sorted_by = columns - 1;
  } else if ((*state.sorted_by)-- == 0) {
    state.sorted_by.reset();
  }
}

void draw(screen& target, const area& place, const table& shown, const table_state& state) {
  const auto columns = placed(shown.columns, state, place.columns);
  draw_heading(target, place, shown, state, columns);
  if (shown.keys.empty()) {
    target.put(place.row + 1, place.column + 1, line_of(shown.when_empty, style::label),
               place.columns - 1);
    return;
  }
  for (int line = 0; line < rows_in(place); ++line) {
    const auto index = state.first + static_cast<std::size_t>(line);
    if (index >= shown.keys.size()) break;
    const auto cells = shown.cells(index);
    const int row = place.row + 1 + line;
    for (const auto& each : columns)
      put_aligned(target, row, place.column + each.begin, each.width,
                  shown.columns[each.index].align, cells[each.index]);
    if (index == state.row) target.mark_chosen(row);
  }
}

}  // namespace troupe::inspecting::terminal
