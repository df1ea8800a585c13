#pragma once

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apps/inspect/terminal/table.hpp"

namespace troupe::inspecting::terminal {

/// A column of a table whose rows are made of `Row`s.
template <class Row>
struct column_of {
  column shape;
  styled_line (*cell)(const Row&);
  sort_value (*value)(const Row&);
};

/// Whether `text` holds `part`, whatever the case of ASCII letters.
[[nodiscard]] inline bool holds(std::string_view text, std::string_view part) {
  const auto same = [](unsigned char a, unsigned char b) {
    return std::tolower(a) == std::tolower(b);
  };
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end() ||
         part.empty();
}

/// Numbers begin with the greatest, texts with the first of the alphabet.
[[nodiscard]] inline bool comes_before(const sort_value& a, const sort_value& b) {
  return std::holds_alternative<double>(a) ? b < a : a < b;
}

template <class Row>
void sort_rows(std::vector<Row>& rows, const column_of<Row>& by, bool is_reversed) {
  std::vector<std::pair<sort_value, std::size_t>> order;
  order.reserve(rows.size());
  for (std::size_t index = 0; index < rows.size(); ++index)
    order.emplace_back(by.value(rows[index]), index);
  std::ranges::stable_sort(order, [is_reversed](const auto& a, const auto& b) {
    return is_reversed ? comes_before(b.first, a.first) : comes_before(a.first, b.first);
  });
  std::vector<Row> sorted;
  sorted.reserve(rows.size());
  for (const auto& each : order) sorted.push_back(std::move(rows[each.second]));
  rows = std::move(sorted);
}

/// A table of `rows`, which have a `key`; those that `state` asks for, in the order it asks for.
/// `text` is what a filter looks into.
template <class Row>
[[nodiscard]] table table_of(const std::vector<column_of<Row>>& columns, std::vector<Row> rows,
                             const table_state& state, std::string (*text)(const Row&),
                             std::string when_empty) {
  table result;
  result.columns.reserve(columns.size());
  for (const auto& each : columns) result.columns.push_back(each.shape);
  if (!state.filter.empty())
    std::erase_if(rows, [&](const Row& row) { return !holds(text(row), state.filter); });
  if (state.sorted_by && *state.sorted_by < columns.size())
    sort_rows(rows, columns[*state.sorted_by], state.is_reversed);
  result.keys.reserve(rows.size());
  for (const auto& row : rows) result.keys.push_back(row.key);
  result.cells = [&columns,
                  kept = std::make_shared<std::vector<Row>>(std::move(rows))](std::size_t index) {
    std::vector<styled_line> cells;
    cells.reserve(columns.size());
    for (const auto& each : columns) cells.push_back(each.cell((*kept)[index]));
    return cells;
  };
  result.when_empty =
      state.filter.empty() ? std::move(when_empty) : "nothing here holds \"" + state.filter + "\"";
  return result;
}

}  // namespace troupe::inspecting::terminal
