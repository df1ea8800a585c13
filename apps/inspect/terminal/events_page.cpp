#include "apps/inspect/terminal/events_page.hpp"

#include <algorithm>
#include <ctime>
#include <string>
#include <utility>
#include <vector>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "apps/inspect/terminal/cells.hpp"
#include "apps/inspect/terminal/table_of.hpp"
#include "apps/inspect/text/printable.hpp"

namespace troupe::inspecting::terminal {
namespace {

struct event_row {
  std::string key;
  const event* what = nullptr;
};

using columns = std::vector<column_of<event_row>>;

style look_of(event_level level) {
  switch (level) {
    case event_level::info:
      break;
    case event_level::warning:
      return style::warning;
    case event_level::error:
      return style::alarm;
  }
  return style::plain;
}

std::string time_of_day(unix_time time) {
  const auto seconds = std::chrono::system_clock::to_time_t(
      std::chrono::time_point_cast<std::chrono::system_clock::duration>(time));
  std::tm local{};
  ::localtime_r(&seconds, &local);
  return fmt::format("{:%H:%M:%S}", local);
}

styled_line time_cell_of(const event_row& row) {
  const auto look = look_of(row.what->level);
  const char* sign = look == style::alarm ? "!" : look == style::warning ? "~" : " ";
  return {{sign, look}, {time_of_day(row.what->time), style::label}};
}

const columns& event_columns() {
  static const columns result{
      {{" Time", 9, alignment::left, 100},
       time_cell_of,
       [](const event_row& row) -> sort_value {
         return static_cast<double>(row.what->time.time_since_epoch().count());
       }},
      {{"Kind", 10, alignment::left, 90},
       [](const event_row& row) { return text_cell(row.what->kind); },
       [](const event_row& row) -> sort_value { return row.what->kind; }},
      {{"What happened", 30, alignment::left, 95},
       [](const event_row& row) { return text_cell(row.what->text, look_of(row.what->level)); },
       [](const event_row& row) -> sort_value { return row.what->text; }},
  };
  return result;
}

std::string text_of(const event_row& row) {
  return row.what->kind + " " + row.what->subject + " " + row.what->text;
}

std::vector<event_row> event_rows(const shown_node& node) {
  std::vector<event_row> rows;
  const auto& events = *node.view->events;
  // Counted from the first that was ever seen: the node's own count begins anew with the node.
  auto number = node.view->events_seen;
  for (auto each = events.rbegin(); each != events.rend(); ++each)
    rows.push_back({.key = std::to_string(number--), .what = &*each});
  return rows;
}

}  // namespace

table events_table(const shown_node& node, const view_state& state) {
  return table_of(event_columns(), event_rows(node), state.table(), text_of,
                  "nothing has happened yet");
}

std::string event_text(const shown_node& node, const std::string& key) {
  const auto rows = event_rows(node);
  const auto found = std::ranges::find(rows, key, &event_row::key);
  return found == rows.end() ? std::string{} : printable(found->what->text);
}

}  // namespace troupe::inspecting::terminal
