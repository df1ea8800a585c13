#include "apps/inspect/terminal/actor_page.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
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

struct handler_row {
  std::string key;
  handler_facts handler;
  std::optional<handler_changes> lately;  ///< nothing while only one answer is there
};

using columns = std::vector<column_of<handler_row>>;
using std::chrono::nanoseconds;

styled_line unknown_cell() { return line_of("–", style::label); }

/// What the shown node answered about the opened actor, if it has.
const answered_actor* answered(const scene& shown, const view_state& state) {
  const auto& answer = shown.opened_actor;
  const bool is_about_it = answer && answer->node == shown.nodes[state.node].target_text() &&
                           answer->facts.name == *state.opened_actor;
  return is_about_it ? &*answer : nullptr;
}

/// The opened actor: what the node answered about it, or what the snapshot has of it.
const actor_facts* opened(const scene& shown, const view_state& state) {
  if (const auto* answer = answered(shown, state)) return &answer->facts;
  const auto* now = shown.nodes[state.node].now();
  if (now == nullptr) return nullptr;
  const auto found = std::ranges::find(now->actors, *state.opened_actor, &actor_facts::name);
  return found == now->actors.end() ? nullptr : &*found;
}

const actor_changes* lately(const scene& shown, const view_state& state) {
  const auto* answer = answered(shown, state);
  if (answer != nullptr && answer->lately) return &*answer->lately;
  const auto* changes = shown.nodes[state.node].lately();
  return changes ? changes->of_actor(*state.opened_actor) : nullptr;
}

std::optional<handler_changes> changes_of(const handler_facts& handler,
                                          const actor_changes* actor) {
  if (actor != nullptr)
    for (const auto& each : actor->handlers)
      if (each.message == handler.message && each.from == handler.from) return each;
  return std::nullopt;
}

template <auto time_of>
column_of<handler_row> time_column(std::string title, int importance) {
  return {{std::move(title), 6, alignment::right, importance},
          [](const handler_row& row) { return time_cell(time_of(row)); },
          [](const handler_row& row) -> sort_value {
            return static_cast<double>(time_of(row).count());
          }};
}

const columns& handler_columns() {
  static const columns result{
      {{" Message", 19, alignment::left, 100},
       [](const handler_row& row) {
         return line_of(" " + printable(row.handler.message), style::strong);
       },
       [](const handler_row& row) -> sort_value { return row.handler.message; }},
      {{"From", 14, alignment::left, 90},
       [](const handler_row& row) {
         return row.handler.from.empty() ? unknown_cell() : text_cell(row.handler.from);
       },
       [](const handler_row& row) -> sort_value { return row.handler.from; }},
      {{"Per s", 6, alignment::right, 95},
       [](const handler_row& row) {
         return row.lately ? rate_cell(row.lately->per_second) : unknown_cell();
       },
       [](const handler_row& row) -> sort_value {
         return row.lately ? row.lately->per_second : 0.0;
       }},
      {{"Busy %", 6, alignment::right, 94},
       [](const handler_row& row) {
         return row.lately ? rate_cell(row.lately->busy_share * 100) : unknown_cell();
       },
       [](const handler_row& row) -> sort_value {
         return row.lately ? row.lately->busy_share : 0.0;
       }},
      time_column<[](const handler_row& row) {
        return row.lately ? row.lately->mean : nanoseconds{0};
      }>("Mean", 93),
      time_column<[](const handler_row& row) { return row.handler.times.p50; }>("p50", 70),
      time_column<[](const handler_row& row) { return row.handler.times.p99; }>("p99", 92),
      time_column<[](const handler_row& row) { return row.handler.times.max; }>("Max", 91),
      {{"Count", 5, alignment::right, 60},
       [](const handler_row& row) {
         return count_cell(static_cast<double>(row.handler.times.count));
       },
       [](const handler_row& row) -> sort_value {
         return static_cast<double>(row.handler.times.count);
       }},
      {{"Total", 6, alignment::right, 50},
       [](const handler_row& row) { return time_cell(row.handler.total); },
       [](const handler_row& row) -> sort_value {
         return static_cast<double>(row.handler.total.count());
       }},
  };
  return result;
}

std::string text_of(const handler_row& row) { return row.handler.message + " " + row.handler.from; }

styled_text label(std::string text) { return {std::move(text), style::label}; }

styled_line life_line(const actor_facts& actor, const actor_trouble& trouble) {
  return {label(" State    "),
          {printable(actor.state), trouble.hurts() ? style::alarm : style::plain},
          label(", started "),
          {short_time(actor.age)},
          label(fmt::format(" ago; failed {} times, stuck {}, restarted {}", actor.failures,
                            actor.times_stuck, actor.restarts))};
}

styled_line work_line(const actor_facts& actor, const actor_changes* lately) {
  const double share = lately ? lately->busy_share * 100 : 0;
  const double turns = lately ? lately->turns_per_second : 0;
  styled_line result{label(" Work     "),
                     {short_rate(turns)},
                     label(" turns/s, "),
                     {short_rate(share)},
                     label(" % of a core")};
  if (actor.in_hand) {
    result.push_back(label("; now at "));
    result.push_back({fmt::format("{} for {}", printable(actor.in_hand->message),
                                  short_time(actor.in_hand->lasting))});
  }
  return result;
}

styled_line mailbox_line(const actor_facts& actor) {
  const auto& mailbox = actor.mailbox;
  return {
      label(" Mailbox  "),
      {std::to_string(mailbox.now)},
      label(fmt::format(", {} at most, {} lost; messages wait ", mailbox.peak, mailbox.dropped)),
      {short_time(actor.wait.p50)},
      label(", p99 "),
      {short_time(actor.wait.p99)}};
}

styled_line failure_line(const actor_facts& actor) {
  if (actor.last_failure.empty()) return {label(" Failure  none")};
  return {label(" Failure  "), {printable(actor.last_failure), style::warning}};
}

}  // namespace

table handlers_table(const scene& shown, const view_state& state) {
  std::vector<handler_row> rows;
  const auto* changes = lately(shown, state);
  if (const auto* actor = opened(shown, state)) {
    for (const auto& handler : actor->handlers)
      rows.push_back({.key = handler.message + " " + handler.from,
                      .handler = handler,
                      .lately = changes_of(handler, changes)});
  }
  return table_of(handler_columns(), std::move(rows), state.table(), text_of,
                  "nothing is known of its handlers yet");
}

void draw_actor(screen& target, const area& place, const scene& shown, const view_state& state) {
  const auto* actor = opened(shown, state);
  target.put(place.row, place.column,
             {{" " + printable(*state.opened_actor), style::strong},
              label(actor == nullptr        ? ", which is not there"
                    : actor->parent.empty() ? ", the topmost supervisor"
                                            : ", of " + printable(actor->parent))},
             place.columns);
  if (actor == nullptr) return;
  const auto* changes = lately(shown, state);
  const auto* now = shown.nodes[state.node].now();
  const auto trouble = trouble_of(*actor, changes, now ? *now : snapshot{});
  const std::vector<styled_line> lines{life_line(*actor, trouble), work_line(*actor, changes),
                                       mailbox_line(*actor), failure_line(*actor)};
  for (std::size_t index = 0; index < lines.size(); ++index)
    target.put(place.row + 1 + static_cast<int>(index), place.column, lines[index], place.columns);
}

}  // namespace troupe::inspecting::terminal
