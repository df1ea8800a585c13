#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/common/json_line.hpp"
#include "apps/common/signals.hpp"
#include "apps/inspect/commands/commands.hpp"
#include "apps/inspect/commands/gathering.hpp"
#include "apps/inspect/commands/output.hpp"
#include "apps/inspect/commands/reached_nodes.hpp"
#include "apps/inspect/commands/until_ended.hpp"
#include "apps/inspect/model/to_json.hpp"
#include "apps/inspect/questions.hpp"
#include "apps/inspect/report/event_line.hpp"
#include "apps/inspect/text/printable.hpp"

namespace troupe::inspecting {
namespace {

/// Whose event it is, where there is more than one node.
struct node_event {
  std::string node;
  event what;
};

void print_events(std::vector<node_event> events, const inspect_options& options) {
  std::ranges::stable_sort(events, {}, [](const node_event& each) { return each.what.time; });
  const bool is_one = options.nodes.size() == 1 && !options.follows;
  std::string text;
  for (const auto& [node, what] : events) {
    auto object = to_json(what);
    object["node"] = node;
    text += options.json ? json_line(object)
            : is_one     ? event_line(what)
                         : fmt::format("{}  {}", event_line(what), printable(node));
    text += '\n';
  }
  if (!text.empty()) print(text);
}

exit_status print_past_events(const inspect_options& options) {
  const auto reached = reach(options);
  std::vector<node_event> events;
  for (const auto& each : reached.nodes)
    for (auto& what : ask_for_events(*each.channel, 0).events)
      events.push_back({each.name, std::move(what)});
  print_events(std::move(events), options);
  return ended_with(reached.trouble);
}

exit_status print_events_as_they_come(const inspect_options& options) {
  const ending_signals signals;
  const auto watches = watch_nodes(options);
  refuse_if_none_is_there(gather(
      *watches, [](const node_view&) { return true; }, signals.wait_descriptor()));
  std::map<std::string, std::uint64_t> seen;
  until_ended(*watches, signals, options.duration, [&] {
    std::vector<node_event> events;
    const auto views = watches->views();
    const auto names = names_of(views);
    for (std::size_t i = 0; i < views.size(); ++i) {
      auto& seen_of_node = seen[to_string(views[i]->node)];
      for (auto& what : events_after(*views[i], seen_of_node))
        events.push_back({names[i], std::move(what)});
      seen_of_node = views[i]->events_seen;
    }
    print_events(std::move(events), options);
  });
  return exit_status::ok;
}

}  // namespace

exit_status carry_out(const events_command& command, const inspect_options& options) {
  return command.follows ? print_events_as_they_come(options) : print_past_events(options);
}

}  // namespace troupe::inspecting
