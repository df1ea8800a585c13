#include "apps/inspect/terminal/table.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "apps/inspect/terminal/table_of.hpp"

using namespace troupe::inspecting::terminal;

namespace {

struct fruit {
  std::string key;
  double weight;
};

using columns = std::vector<column_of<fruit>>;

const columns& fruit_columns() {
  static const columns result{
      {{"Fruit", 8, alignment::left, 3},
       [](const fruit& row) { return line_of(row.key); },
       [](const fruit& row) -> sort_value { return row.key; }},
      {{"Weight", 6, alignment::right, 1},
       [](const fruit& row) { return line_of(std::to_string(static_cast<int>(row.weight))); },
       [](const fruit& row) -> sort_value { return row.weight; }},
      {{"Colour", 7, alignment::left, 2},
       [](const fruit&) { return line_of("green and yellow"); },
       [](const fruit&) -> sort_value { return std::string{}; }},
  };
  return result;
}

table fruits(const table_state& state) {
  return table_of(
      fruit_columns(), std::vector<fruit>{{"pear", 150}, {"Apple", 120}, {"fig", 40}}, state,
      +[](const fruit& row) { return row.key; }, "no fruit");
}

std::vector<std::string> drawn(table_state state, int width, int rows = 4) {
  const auto shown = fruits(state);
  settle(state, shown.keys, rows - 1);
  screen target{{rows, width}};
  draw(target, target.whole(), shown, state);
  std::vector<std::string> result;
  for (int row = 0; row < rows; ++row) result.push_back(target.line(row));
  return result;
}

const std::vector<std::string> ten{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};

}  // namespace

TEST_CASE("a table has its rows in columns, and the last column takes what is left") {
  CHECK(drawn({}, 40) == std::vector<std::string>{"Fruit    Weight Colour",
                                                  "pear        150 green and yellow",
                                                  "Apple       120 green and yellow",
                                                  "fig          40 green and yellow"});
}

TEST_CASE("where there is no room for all columns, the least important is left out") {
  CHECK(drawn({}, 20)[1] == "pear     green and …");
  CHECK(drawn({}, 10)[1] == "pear");
}

TEST_CASE("the column that is sorted by is always there, with a sign") {
  table_state state;
  state.sorted_by = 1;
  CHECK(drawn(state, 20) == std::vector<std::string>{"Fruit    Weight▼", "pear        150",
                                                     "Apple       120", "fig          40"});
  state.is_reversed = true;
  CHECK(drawn(state, 20)[0] == "Fruit    Weight▲");
  CHECK(fruits(state).keys == std::vector<std::string>{"fig", "Apple", "pear"});
}

TEST_CASE("texts are sorted by the alphabet, numbers begin with the greatest") {
  table_state state;
  state.sorted_by = 0;
  CHECK(fruits(state).keys == std::vector<std::string>{"Apple", "fig", "pear"});
  state.sorted_by = 1;
  CHECK(fruits(state).keys == std::vector<std::string>{"pear", "Apple", "fig"});
}

TEST_CASE("a filter leaves the rows that hold it, in capitals or not") {
  table_state state;
  state.filter = "P";
  CHECK(fruits(state).keys == std::vector<std::string>{"pear", "Apple"});
  state.filter = "plum";
  CHECK(drawn(state, 40)[1] == " nothing here holds \"plum\"");
}

TEST_CASE("sorting goes through all columns and back to the table's own order") {
  table_state state;
  std::vector<int> seen;
  for (int step = 0; step < 4; ++step) {
    sort_by_next(state, 3);
    seen.push_back(state.sorted_by ? static_cast<int>(*state.sorted_by) : -1);
  }
  CHECK(seen == std::vector<int>{0, 1, 2, -1});
  sort_by_previous(state, 3);
  CHECK(state.sorted_by == 2);
}

TEST_CASE("columns can be passed over, but not the first") {
  table_state state;
  state.shift = 1;
  CHECK(drawn(state, 40)[0] == "Fruit    Colour");
}

TEST_CASE("the chosen row stays chosen wherever it goes") {
  table_state state;
  move(state, ten, 7);
  settle(state, ten, 5);
  CHECK(state.chosen == "7");
  CHECK(state.first == 3);
  const std::vector<std::string> turned{"9", "8", "7", "6", "5", "4", "3", "2", "1", "0"};
  settle(state, turned, 5);
  CHECK(state.row == 2);
  CHECK(state.first == 2);
}

TEST_CASE("when the chosen row is gone, the one in its place is chosen") {
  table_state state;
  move(state, ten, 3);
  settle(state, {"0", "1", "2", "4", "5"}, 5);
  CHECK(state.chosen == "4");
  settle(state, {"0"}, 5);
  CHECK(state.row == 0);
  settle(state, {}, 5);
  CHECK(state.row == 0);
}

TEST_CASE("whoever is at the top stays there, whatever comes up") {
  table_state state;
  settle(state, {"b", "c"}, 5);
  settle(state, {"a", "b", "c"}, 5);
  CHECK(state.row == 0);
  move(state, {"a", "b", "c"}, 2);
  move(state, {"a", "b", "c"}, -9);
  settle(state, {"z", "a", "b", "c"}, 5);
  CHECK(state.row == 0);
}

TEST_CASE("the view scrolls no further than to its end") {
  table_state state;
  move(state, ten, 100);
  settle(state, ten, 4);
  CHECK(state.row == 9);
  CHECK(state.first == 6);
  settle(state, ten, 20);
  CHECK(state.first == 0);
}
