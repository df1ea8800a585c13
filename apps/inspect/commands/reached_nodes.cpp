#include "apps/inspect/commands/reached_nodes.hpp"

#include "apps/inspect/commands/gathering.hpp"
#include "apps/inspect/node_links.hpp"

namespace troupe::inspecting {

reached_nodes reach(const inspect_options& options, int interruption) {
  const auto watches = watch_nodes(options);
  const auto views = gather(
      *watches, [](const node_view&) { return true; }, interruption);
  refuse_if_none_is_there(views);
  node_views present;
  for (const auto& view : views)
    if (view->state == presence::present) present.push_back(view);
  const auto names = names_of(present);
  reached_nodes result;
  for (std::size_t i = 0; i < present.size(); ++i) {
    const auto& view = *present[i];
    result.nodes.push_back({.name = names[i],
                            .node = view.node,
                            .channel = watches->open_channel_to(view.node),
                            .upstream = upstream_among(present, i)});
  }
  result.trouble = first_trouble(views, options.nodes);
  return result;
}

}  // namespace troupe::inspecting
