#include "apps/inspect/terminal/actors_page.hpp"

#include <algorithm>
#include <chrono>
#include <string>

#include <fmt/format.h>

#include "apps/inspect/terminal/actor_rows.hpp"
#include "apps/inspect/terminal/cells.hpp"
#include "apps/inspect/terminal/glyphs.hpp"
#include "apps/inspect/terminal/table_of.hpp"
#include "apps/inspect/text/short_numbers.hpp"

namespace troupe::inspecting::terminal {
namespace {

using std::chrono::nanoseconds;
using columns = std::vector<column_of<actor_row>>;

constexpr int busy_bar_width = 3;

double busy_share(const actor_row& row) { return row.lately ? row.lately->busy_share : 0; }
double turns_per_second(const actor_row& row) {
  return row.lately ? row.lately->turns_per_second : 0;
}
nanoseconds mean_turn(const actor_row& row) {
  return row.lately ? row.lately->mean_turn : nanoseconds{0};
}

/// The handler that took most of the actor's time: its 99th percentile stands for the actor.
nanoseconds p99(const actor_row& row) {
  const auto& handlers = row.actor().handlers;
  const auto busiest = std::ranges::max_element(handlers, {}, &handler_facts::total);
  return busiest == handlers.end() ? nanoseconds{0} : busiest->times.p99;
}

nanoseconds longest_turn(const actor_row& row) {
  nanoseconds result{0};
  for (const auto& handler : row.actor().handlers) result = std::max(result, handler.times.max);
  return result;
}

nanoseconds time_in_hand(const actor_row& row) {
  return row.actor().in_hand ? row.actor().in_hand->lasting : nanoseconds{0};
}

styled_line indented_name(const actor_row& row) {
  return name_cell(row, std::string(static_cast<std::size_t>(row.place.depth), ' '));
}

styled_line mailbox_cell(const actor_row& row) {
  const auto& mailbox = row.actor().mailbox;
  const auto look = row.trouble.has_growing_mailbox ? style::warning
                    : mailbox.now > 0               ? style::plain
                                                    : style::label;
  return line_of(short_count(static_cast<double>(mailbox.now)) + "/" +
                     short_count(static_cast<double>(mailbox.peak)),
                 look);
}

styled_line busy_cell(const actor_row& row) {
  const double share = busy_share(row);
  const auto look = row.trouble.is_busy ? style::warning
                    : share < 0.0005    ? style::label
                                        : style::plain;
  return {{fmt::format("{:>4} ", share < 0.0005 ? "0" : short_rate(share * 100)), look},
          {share_bar(share, busy_bar_width), row.trouble.is_busy ? style::warning : style::bar}};
}

style look_of_turns(const actor_trouble& trouble) {
  if (trouble.is_slow) return style::alarm;
  return trouble.is_slow_beside_encoding ? style::warning : style::plain;
}

styled_line restarts_cell(const actor_row& row) {
  return count_cell(static_cast<double>(row.actor().restarts),
                    row.trouble.was_just_restarted ? style::alarm : style::plain);
}

styled_line in_hand_cell(const actor_row& row) {
  if (!row.actor().in_hand) return {};
  const bool hurts = row.trouble.is_stuck || row.trouble.is_long_at_a_message;
  auto cell = time_cell(time_in_hand(row), hurts ? style::alarm : style::plain);
  cell.push_back({" ", style::label});
  for (auto& piece : text_cell(row.actor().in_hand->message, style::label))
    cell.push_back(std::move(piece));
  return cell;
}

const columns& actor_columns() {
  static const columns result{
      {{" Actor", 23, alignment::left, 100},
       indented_name,
       [](const actor_row& row) -> sort_value { return row.key; }},
      {{"State", 8, alignment::left, 90},
       state_cell,
       [](const actor_row& row) -> sort_value { return row.actor().state; }},
      {{"Mailbox", 7, alignment::right, 70},
       mailbox_cell,
       [](const actor_row& row) -> sort_value {
         return static_cast<double>(row.actor().mailbox.now);
       }},
      {{"Turns/s", 7, alignment::right, 60},
       [](const actor_row& row) { return rate_cell(turns_per_second(row)); },
       [](const actor_row& row) -> sort_value { return turns_per_second(row); }},
      {{"Busy %", 8, alignment::left, 85},
       busy_cell,
       [](const actor_row& row) -> sort_value { return busy_share(row); }},
      {{"Mean", 6, alignment::right, 80},
       [](const actor_row& row) { return time_cell(mean_turn(row), look_of_turns(row.trouble)); },
       [](const actor_row& row) -> sort_value {
         return static_cast<double>(mean_turn(row).count());
       }},
      {{"p99", 6, alignment::right, 45},
       [](const actor_row& row) { return time_cell(p99(row)); },
       [](const actor_row& row) -> sort_value { return static_cast<double>(p99(row).count()); }},
      {{"Max", 6, alignment::right, 40},
       [](const actor_row& row) { return time_cell(longest_turn(row)); },
       [](const actor_row& row) -> sort_value {
         return static_cast<double>(longest_turn(row).count());
       }},
      {{"Wait p99", 8, alignment::right, 42},
       [](const actor_row& row) { return time_cell(row.actor().wait.p99); },
       [](const actor_row& row) -> sort_value {
         return static_cast<double>(row.actor().wait.p99.count());
       }},
      {{"Restarts", 8, alignment::right, 55},
       restarts_cell,
       [](const actor_row& row) -> sort_value {
         return static_cast<double>(row.actor().restarts);
       }},
      {{"Now", 6, alignment::left, 50},
       in_hand_cell,
       [](const actor_row& row) -> sort_value {
         return static_cast<double>(time_in_hand(row).count());
       }},
  };
  return result;
}

const columns& tree_columns() {
  static const columns result{
      {{" Actor", 25, alignment::left, 100},
       [](const actor_row& row) { return name_cell(row, row.place.branches); },
       [](const actor_row& row) -> sort_value { return row.key; }},
      {{"State", 8, alignment::left, 90},
       state_cell,
       [](const actor_row& row) -> sort_value { return row.actor().state; }},
      {{"Age", 6, alignment::right, 70},
       [](const actor_row& row) {
         return time_cell(row.actor().age,
                          row.trouble.was_just_restarted ? style::alarm : style::plain);
       },
       [](const actor_row& row) -> sort_value {
         return static_cast<double>(row.actor().age.count());
       }},
      {{"Failed", 6, alignment::right, 60},
       [](const actor_row& row) { return count_cell(static_cast<double>(row.actor().failures)); },
       [](const actor_row& row) -> sort_value {
         return static_cast<double>(row.actor().failures);
       }},
      {{"Stuck", 5, alignment::right, 50},
       [](const actor_row& row) {
         return count_cell(static_cast<double>(row.actor().times_stuck));
       },
       [](const actor_row& row) -> sort_value {
         return static_cast<double>(row.actor().times_stuck);
       }},
      {{"Restarts", 8, alignment::right, 55},
       restarts_cell,
       [](const actor_row& row) -> sort_value {
         return static_cast<double>(row.actor().restarts);
       }},
      {{"Last failure", 12, alignment::left, 80},
       [](const actor_row& row) { return text_cell(row.actor().last_failure); },
       [](const actor_row& row) -> sort_value { return row.actor().last_failure; }},
  };
  return result;
}

}  // namespace

table actors_table(const shown_node& node, const view_state& state) {
  return table_of(actor_columns(), actor_rows(node, state), state.table(), text_of,
                  "the node names no actors");
}

table tree_table(const shown_node& node, const view_state& state) {
  return table_of(tree_columns(), actor_rows(node, state), state.table(), text_of,
                  "the node names no actors");
}

}  // namespace troupe::inspecting::terminal
