#include "apps/inspect/terminal/clients_page.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "apps/inspect/terminal/cells.hpp"
#include "apps/inspect/terminal/table_of.hpp"
#include "apps/inspect/text/printable.hpp"
#include "apps/inspect/text/short_numbers.hpp"

namespace troupe::inspecting::terminal {
namespace {

struct client_row {
  std::string key;
  const client_facts* client = nullptr;
  const client_changes* lately = nullptr;  ///< null while nothing is known of the last second
};

using columns = std::vector<column_of<client_row>>;

std::string whom(const client_row& row) {
  const auto& client = *row.client;
  return client.address.empty() ? fmt::format("pid {}", client.pid) : printable(client.address);
}

double delivered_per_second(const client_row& row) {
  return row.lately ? row.lately->delivered_per_second : 0;
}
double dropped_per_second(const client_row& row) {
  return row.lately ? row.lately->dropped_per_second : 0;
}
double bytes_per_second(const client_row& row) {
  return row.lately ? row.lately->bytes_per_second : 0;
}
std::uint64_t dropped(const client_row& row) { return total(row.client->frames_dropped); }

/// "queue_full 10, replaced 2": the most first.
std::string causes_text(const client_row& row) {
  const auto& by_cause = row.client->frames_dropped;
  std::vector<std::pair<std::string, std::uint64_t>> causes{by_cause.begin(), by_cause.end()};
  std::ranges::stable_sort(causes, std::ranges::greater{},
                           [](const auto& each) { return each.second; });
  std::string result;
  for (const auto& [cause, count] : causes) {
    if (count == 0) break;
    if (!result.empty()) result += ", ";
    result += fmt::format("{} {}", printable(cause), short_count(static_cast<double>(count)));
  }
  return result;
}

styled_line client_cell(const client_row& row) {
  const bool loses = dropped_per_second(row) > 0;
  const auto look = loses ? style::warning : style::plain;
  return {{loses ? "~" : " ", look}, {row.key, look}};
}

styled_line queue_cell(const client_row& row) {
  const auto& client = *row.client;
  const bool is_full = client.queue_frames > 0 && client.frames_queued >= client.queue_frames;
  return line_of(fmt::format("{}/{}", client.frames_queued, client.queue_frames),
                 is_full                    ? style::warning
                 : client.frames_queued > 0 ? style::plain
                                            : style::label);
}

template <auto time_of>
column_of<client_row> time_column(std::string title, int importance) {
  return {{std::move(title), 6, alignment::right, importance},
          [](const client_row& row) { return time_cell(time_of(*row.client)); },
          [](const client_row& row) -> sort_value {
            return static_cast<double>(time_of(*row.client).count());
          }};
}

const columns& client_columns() {
  static const columns result{
      {{" Client", 7, alignment::left, 100},
       client_cell,
       [](const client_row& row) -> sort_value { return static_cast<double>(row.client->client); }},
      {{"Who", 15, alignment::left, 95},
       [](const client_row& row) { return line_of(whom(row)); },
       [](const client_row& row) -> sort_value { return whom(row); }},
      {{"Frames/s", 8, alignment::right, 90},
       [](const client_row& row) { return rate_cell(delivered_per_second(row)); },
       [](const client_row& row) -> sort_value { return delivered_per_second(row); }},
      {{"Lost/s", 6, alignment::right, 89},
       [](const client_row& row) {
         return rate_cell(dropped_per_second(row),
                          dropped_per_second(row) > 0 ? style::warning : style::plain);
       },
       [](const client_row& row) -> sort_value { return dropped_per_second(row); }},
      {{"Lost", 5, alignment::right, 88},
       [](const client_row& row) { return count_cell(static_cast<double>(dropped(row))); },
       [](const client_row& row) -> sort_value { return static_cast<double>(dropped(row)); }},
      {{"Queue", 5, alignment::right, 70},
       queue_cell,
       [](const client_row& row) -> sort_value {
         return static_cast<double>(row.client->frames_queued);
       }},
      time_column<[](const client_facts& c) { return c.latency.p50; }>("p50", 60),
      time_column<[](const client_facts& c) { return c.latency.p99; }>("p99", 80),
      time_column<[](const client_facts& c) { return c.latency.max; }>("Max", 50),
      {{"Bytes/s", 8, alignment::right, 45},
       [](const client_row& row) { return bytes_cell(bytes_per_second(row)); },
       [](const client_row& row) -> sort_value { return bytes_per_second(row); }},
      {{"Pace", 8, alignment::left, 55},
       [](const client_row& row) {
         return text_cell(row.client->pace,
                          row.client->pace == "steady" ? style::label : style::plain);
       },
       [](const client_row& row) -> sort_value { return row.client->pace; }},
      {{"Lost by", 20, alignment::left, 85},
       [](const client_row& row) { return line_of(causes_text(row)); },
       [](const client_row& row) -> sort_value { return causes_text(row); }},
  };
  return result;
}

std::string text_of(const client_row& row) {
  return row.key + " " + whom(row) + " " + row.client->pace + " " + causes_text(row);
}

std::vector<client_row> client_rows(const shown_node& node, bool only_linked) {
  std::vector<client_row> rows;
  const auto* now = node.now();
  if (now == nullptr) return rows;
  const auto* lately = node.lately();
  for (std::size_t index = 0; index < now->clients.size(); ++index) {
    const auto& client = now->clients[index];
    if (only_linked && client.address.empty()) continue;
    rows.push_back({.key = std::to_string(client.client),
                    .client = &client,
                    .lately = lately ? &lately->clients[index] : nullptr});
  }
  return rows;
}

styled_text labelled(const std::string& text) { return {text, style::label}; }

std::vector<styled_line> upstream_lines(const shown_node& node) {
  const auto* now = node.now();
  if (now == nullptr || !now->upstream)
    return {{labelled(" The stream begins here: this node hears no other one.")}};
  const auto& link = *now->upstream;
  const auto* lately = node.lately();
  const auto rate = lately && lately->upstream ? lately->upstream->received_per_second : 0;
  const auto count = [](std::uint64_t value) { return short_count(static_cast<double>(value)); };
  std::vector<styled_line> lines{
      {labelled(" Hears   "),
       {printable(link.upstream), style::strong},
       labelled(link.address.empty() || link.address == link.upstream
                    ? ""
                    : " at " + printable(link.address))},
      {labelled(" Frames  "),
       {short_rate(rate) + "/s, " + count(link.frames_received)},
       labelled(fmt::format(" in all, {} missing, {} twice, {} unfit", count(link.frames_missing),
                            count(link.frames_duplicate), count(link.frames_unfit)))},
      {labelled(" Link    "),
       {fmt::format("made {}, lost {}, left {}, refused {} times", count(link.connects),
                    count(link.losses), count(link.goodbyes), count(link.refusals))},
       labelled(link.last_refusal.empty() ? "" : ": " + printable(link.last_refusal))}};
  if (link.clock) {
    const auto& clock = *link.clock;
    const bool is_ahead = clock.offset >= std::chrono::nanoseconds{0};
    lines.push_back({labelled(" Clock   "),
                     {fmt::format("{} {}", short_time(std::chrono::abs(clock.offset)),
                                  is_ahead ? "ahead" : "behind")},
                     labelled(fmt::format(" ± {}, drifts {:.1f} ppm", short_time(clock.error),
                                          clock.drift_ppm))});
  }
  return lines;
}

}  // namespace

table clients_table(const shown_node& node, const view_state& state) {
  return table_of(client_columns(), client_rows(node, false), state.table(), text_of,
                  "nobody listens");
}

table linked_nodes_table(const shown_node& node, const view_state& state) {
  return table_of(client_columns(), client_rows(node, true), state.table(), text_of,
                  "no node has the stream by a link");
}

int upstream_height(const shown_node& node) {
  return static_cast<int>(upstream_lines(node).size()) + 1;
}

void draw_upstream(screen& target, const area& place, const shown_node& node) {
  int row = place.row;
  for (const auto& line : upstream_lines(node))
    target.put(row++, place.column, line, place.columns);
}

}  // namespace troupe::inspecting::terminal
