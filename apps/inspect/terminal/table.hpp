#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "apps/inspect/terminal/screen.hpp"
#include "apps/inspect/terminal/style.hpp"

namespace troupe::inspecting::terminal {

enum class alignment { left, right };

struct column {
  std::string title;
  int width = 0;  ///< in cells, at least; the last column that is shown takes what is left
  alignment align = alignment::right;
  int importance = 0;  ///< the least important is the first to be left out
};

/// What a row is sorted by.
using sort_value = std::variant<double, std::string>;

/// A table as it is to be shown: its rows in order, each drawn when it is looked at.
struct table {
  std::vector<column> columns;
  std::vector<std::string> keys;  ///< what each row is about, a name for example
  std::function<std::vector<styled_line>(std::size_t row)> cells;
  std::string when_empty;  ///< said in place of rows
};

/// What was chosen in a table, kept while what it shows changes.
struct table_state {
  std::string chosen;     ///< a row's key; the first row while it is empty
  std::size_t row = 0;    ///< where that row was: its place is kept when the row is gone
  std::size_t first = 0;  ///< the first row that is shown
  std::size_t shift = 0;  ///< so many columns after the first are passed over
  std::optional<std::size_t> sorted_by;  ///< a column; nothing: the table's own order
  bool is_reversed = false;
  std::string filter;  ///< only rows that hold it are there
};

/// Brings a state in line with the rows that there are, of which `height` can be shown.
void settle(table_state& state, const std::vector<std::string>& keys, int height);

/// Chooses the row that is `by` rows further down, or up where that is negative.
void move(table_state& state, const std::vector<std::string>& keys, std::ptrdiff_t by);

/// The next way of sorting by one of `columns` columns, or in the table's own order.
void sort_by_next(table_state& state, std::size_t columns);
void sort_by_previous(table_state& state, std::size_t columns);

/// How many rows are shown in an area.
[[nodiscard]] inline int rows_in(const area& place) { return place.rows - 1; }

/// Draws column names and rows. The state is one that was settled.
void draw(screen& target, const area& place, const table& shown, const table_state& state);

}  // namespace troupe::inspecting::terminal
