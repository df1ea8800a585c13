#include "apps/inspect/commands/reached_nodes.hpp"

#include "apps/inspect/commands/gathering.hpp"

namespace troupe::inspecting {

reached_nodes reach(const inspect_options& options) {
  const auto watches = watch_nodes(options);
  const auto views = gather(*watches, [](const node_view&) { return true; });
  refuse_if_none_is_there(views);
  reached_nodes result;
  for (const auto& view : views)
    if (view->state == presence::present)
      result.nodes.push_back({view->name(), view->node, watches->open_channel_to(view->node)});
  result.trouble = first_trouble(views, options.nodes);
  return result;
}

}  // namespace troupe::inspecting
