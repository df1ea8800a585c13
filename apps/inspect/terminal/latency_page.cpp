#include "apps/inspect/terminal/latency_page.hpp"

#include <algorithm>
#include <chrono>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "apps/inspect/terminal/cells.hpp"
#include "apps/inspect/terminal/glyphs.hpp"
#include "apps/inspect/terminal/table_of.hpp"
#include "apps/inspect/text/printable.hpp"
#include "apps/inspect/text/short_numbers.hpp"

namespace troupe::inspecting::terminal {
namespace {

using std::chrono::nanoseconds;

struct stage_row {
  std::string key;
  const stage_facts* stage = nullptr;
};

using columns = std::vector<column_of<stage_row>>;

/// A column of times, told by where they stand in a stage's facts.
template <auto time_of>
column_of<stage_row> time_column(std::string title, int width, int importance) {
  return {{std::move(title), width, alignment::right, importance},
          [](const stage_row& row) { return time_cell(time_of(*row.stage)); },
          [](const stage_row& row) -> sort_value {
            return static_cast<double>(time_of(*row.stage).count());
          }};
}

style look_of_trend(const std::string& trend) {
  if (trend == "stable") return style::label;
  return trend == "increasing" ? style::warning : style::plain;
}

const columns& stage_columns() {
  static const columns result{
      {{" Stage", 11, alignment::left, 100},
       [](const stage_row& row) {
         return text_cell(" " + row.key, row.key == "total" ? style::strong : style::plain);
       },
       [](const stage_row& row) -> sort_value { return row.key; }},
      time_column<[](const stage_facts& s) { return s.last_second.p50; }>("1 s p50", 7, 95),
      time_column<[](const stage_facts& s) { return s.last_second.p99; }>("1 s p99", 7, 94),
      time_column<[](const stage_facts& s) { return s.last_minute.p50; }>("60 s p50", 8, 90),
      time_column<[](const stage_facts& s) { return s.last_minute.p99; }>("60 s p99", 8, 89),
      time_column<[](const stage_facts& s) { return s.times.p50; }>("p50", 6, 85),
      time_column<[](const stage_facts& s) { return s.times.p95; }>("p95", 6, 50),
      time_column<[](const stage_facts& s) { return s.times.p99; }>("p99", 6, 84),
      time_column<[](const stage_facts& s) { return s.times.p999; }>("p99.9", 6, 60),
      time_column<[](const stage_facts& s) { return s.times.max; }>("Max", 6, 80),
      time_column<[](const stage_facts& s) { return s.times.jitter; }>("Jitter", 6, 70),
      {{"Trend", 10, alignment::left, 75},
       [](const stage_row& row) {
         return text_cell(row.stage->trend, look_of_trend(row.stage->trend));
       },
       [](const stage_row& row) -> sort_value { return row.stage->trend; }},
  };
  return result;
}

std::string text_of(const stage_row& row) { return row.key + " " + row.stage->trend; }

}  // namespace

table latency_table(const shown_node& node, const view_state& state) {
  std::vector<stage_row> rows;
  if (const auto* now = node.now())
    for (const auto& stage : now->stages) rows.push_back({.key = stage.stage, .stage = &stage});
  // The sum comes before its parts.
  std::stable_partition(rows.begin(), rows.end(),
                        [](const stage_row& row) { return row.key == "total"; });
  return table_of(stage_columns(), std::move(rows), state.table(), text_of,
                  "no frame has come this way yet");
}

void draw_latency_graph(screen& target, const area& place, const shown_node& node,
                        const std::string& stage) {
  constexpr int scale_width = 8;
  const int width = place.columns - scale_width - 1;
  const auto& values = node.latencies.of(stage);
  const auto shown = std::min(values.size(), static_cast<std::size_t>(width));
  const auto last = std::span{values}.last(shown);
  const double top = last.empty() ? 0 : std::ranges::max(last);
  target.put(place.row, place.column,
             {{" " + printable(stage), style::strong},
              {fmt::format(", p99 of each second, {} s to now", shown), style::label}},
             place.columns);
  const int rows = place.rows - 1;
  const auto lines = column_graph(last, top, width, rows);
  for (int row = 0; row < rows; ++row)
    target.put(place.row + 1 + row, place.column + scale_width,
               lines[static_cast<std::size_t>(row)], style::bar);
  const auto top_time = nanoseconds{static_cast<nanoseconds::rep>(top * 1000)};
  target.put_right(place.row + 1, place.column + scale_width - 1,
                   top > 0 ? time_cell(top_time, style::label) : styled_line{});
  target.put_right(place.row + rows, place.column + scale_width - 1, line_of("0", style::label));
}

}  // namespace troupe::inspecting::terminal
