#include "apps/inspect/terminal/flows_page.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "apps/inspect/terminal/cells.hpp"
#include "apps/inspect/terminal/table_of.hpp"

namespace troupe::inspecting::terminal {
namespace {

struct flow_row {
  std::string key;
  const flow_facts* flow = nullptr;
  double per_second = 0;
};

using columns = std::vector<column_of<flow_row>>;

template <auto text_in>
column_of<flow_row> text_column(std::string title, int width, int importance) {
  return {{std::move(title), width, alignment::left, importance},
          [](const flow_row& row) { return text_cell(text_in(*row.flow)); },
          [](const flow_row& row) -> sort_value { return text_in(*row.flow); }};
}

template <auto time_of>
column_of<flow_row> time_column(std::string title, int width, int importance) {
  return {{std::move(title), width, alignment::right, importance},
          [](const flow_row& row) { return time_cell(time_of(*row.flow)); },
          [](const flow_row& row) -> sort_value {
            return static_cast<double>(time_of(*row.flow).count());
          }};
}

const columns& flow_columns() {
  static const columns result{
      text_column<[](const flow_facts& f) { return " " + f.from; }>(" From", 22, 100),
      text_column<[](const flow_facts& f) { return f.to; }>("To", 21, 99),
      text_column<[](const flow_facts& f) { return f.message; }>("Message", 20, 98),
      {{"Per s", 5, alignment::right, 90},
       [](const flow_row& row) { return rate_cell(row.per_second); },
       [](const flow_row& row) -> sort_value { return row.per_second; }},
      {{"Count", 5, alignment::right, 60},
       [](const flow_row& row) { return count_cell(static_cast<double>(row.flow->count)); },
       [](const flow_row& row) -> sort_value { return static_cast<double>(row.flow->count); }},
      time_column<[](const flow_facts& f) { return f.wait.p50; }>("Wait p50", 8, 70),
      time_column<[](const flow_facts& f) { return f.wait.p99; }>("Wait p99", 8, 80),
      time_column<[](const flow_facts& f) { return f.wait.max; }>("Max", 6, 40),
  };
  return result;
}

std::string text_of(const flow_row& row) {
  return row.flow->from + " " + row.flow->to + " " + row.flow->message;
}

}  // namespace

table flows_table(const shown_node& node, const view_state& state) {
  std::vector<flow_row> rows;
  const auto* lately = node.lately();
  if (const auto* now = node.now()) {
    for (std::size_t index = 0; index < now->flows.size(); ++index) {
      const auto& flow = now->flows[index];
      rows.push_back({.key = flow.from + " " + flow.to + " " + flow.message,
                      .flow = &flow,
                      .per_second = lately ? lately->flows[index].per_second : 0});
    }
  }
  // What has gone most often comes first: an order that changes seldom.
  std::ranges::stable_sort(rows, std::ranges::greater{},
                           [](const flow_row& row) { return row.flow->count; });
  return table_of(flow_columns(), std::move(rows), state.table(), text_of,
                  "no message has gone from one actor to another yet");
}

}  // namespace troupe::inspecting::terminal
