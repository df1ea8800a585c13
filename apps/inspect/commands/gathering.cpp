#include "apps/inspect/commands/gathering.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <iostream>

#include <poll.h>

namespace troupe::inspecting {
namespace {

using namespace std::chrono_literals;

/// A node that hangs is away after 5 s; then those that it led to may be asked.
constexpr auto longest = 12s;

}  // namespace

std::unique_ptr<node_watches> watch_nodes(const inspect_options& options) {
  return std::make_unique<node_watches>(
      options.nodes,
      [channel = options.channel](const target& node) { return open_channel(node, channel); },
      options.follows);
}

node_views gather(const node_watches& nodes, const std::function<bool(const node_view&)>& is_enough,
                  int interruption) {
  const auto deadline = std::chrono::steady_clock::now() + longest;
  std::array<pollfd, 2> awaited{{{.fd = nodes.change_descriptor(), .events = POLLIN, .revents = 0},
                                 {.fd = interruption, .events = POLLIN, .revents = 0}}};
  while (true) {
    nodes.take_change();
    auto views = nodes.views();
    const bool all = std::ranges::all_of(views, [&](const auto& view) {
      return view->state == presence::away || (view->latest && is_enough(*view));
    });
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (all || left <= 0ms || awaited[1].revents != 0) return views;
    ::poll(awaited.data(), awaited.size(), static_cast<int>(left.count()));
  }
}

void refuse_if_none_is_there(const node_views& nodes) {
  if (std::ranges::find(nodes, presence::present, &node_view::state) != nodes.end()) return;
  const auto& first = *nodes.front();
  if (first.trouble) throw failure{*first.trouble};
  throw failure{failure_kind::no_node, to_string(first.node) +
                                           " has not answered; it hangs, or the way to it is too "
                                           "slow"};
}

std::optional<failure> first_trouble(const node_views& nodes, const std::vector<target>& named) {
  for (const auto& view : nodes)
    if (view->state == presence::away && std::ranges::find(named, view->node) != named.end())
      return view->trouble;
  return std::nullopt;
}

exit_status ended_with(const std::optional<failure>& trouble) {
  if (!trouble) return exit_status::ok;
  std::cerr << "troupe-inspect: " << trouble->what() << std::endl;
  return status_for(trouble->kind());
}

}  // namespace troupe::inspecting
