#include "apps/topology/node_graph.hpp"

#include <algorithm>
#include <utility>

namespace troupe::topology {

node_graph::node_graph(const plan& planned)
    : upstreams_(planned.nodes.size()), relays_(planned.nodes.size()) {
  names_.reserve(planned.nodes.size());
  for (const auto& node : planned.nodes) names_.emplace_back(node.name);
  for (std::size_t node = 0; node < names_.size(); ++node) {
    for (const auto& link : planned.nodes[node].upstreams) {
      const auto upstream = find(link.upstream);
      if (!upstream) continue;
      upstreams_[node].push_back(*upstream);
      relays_[*upstream].push_back(node);
    }
  }
}

std::optional<std::size_t> node_graph::find(std::string_view name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names_.begin());
}

std::vector<bool> node_graph::at_or_below(std::size_t node) const {
  std::vector<bool> reached(names_.size());
  std::vector<std::size_t> waiting{node};
  while (!waiting.empty()) {
    const auto next = waiting.back();
    waiting.pop_back();
    if (reached[next]) continue;
    reached[next] = true;
    waiting.insert(waiting.end(), relays_[next].begin(), relays_[next].end());
  }
  return reached;
}

std::vector<std::size_t> node_graph::loop() const {
  auto sorted = order();
  // Whoever is left over when upstreams go first has one that is left over as well.
  std::vector<bool> is_placed(names_.size());
  const auto first_left = std::find_if(sorted.begin(), sorted.end(), [&](std::size_t node) {
    for (const auto upstream : upstreams_[node])
      if (!is_placed[upstream]) return true;
    is_placed[node] = true;
    return false;
  });
  if (first_left == sorted.end()) return {};
  std::vector<std::size_t> way{*first_left};
  for (;;) {
    const auto& above = upstreams_[way.back()];
    const auto next = *std::find_if(above.begin(), above.end(),
                                    [&](std::size_t upstream) { return !is_placed[upstream]; });
    const auto met = std::find(way.begin(), way.end(), next);
    if (met != way.end()) return {met, way.end()};
    way.push_back(next);
  }
}

std::vector<std::size_t> node_graph::order() const {
  std::vector<std::size_t> sorted;
  std::vector<bool> is_placed(names_.size());
  const auto may_come = [&](std::size_t node) {
    return !is_placed[node] && std::all_of(upstreams_[node].begin(), upstreams_[node].end(),
                                           [&](auto upstream) { return is_placed[upstream]; });
  };
  const auto place = [&](std::size_t node) {
    sorted.push_back(node);
    is_placed[node] = true;
  };
  for (auto before = names_.size() + 1; before != sorted.size();) {
    before = sorted.size();
    for (std::size_t node = 0; node < names_.size(); ++node)
      if (may_come(node)) place(node);
  }
  for (std::size_t node = 0; node < names_.size(); ++node)
    if (!is_placed[node]) place(node);
  return sorted;
}

std::vector<std::size_t> node_graph::hops() const {
  std::vector<std::size_t> result(names_.size());
  for (const auto node : order())
    if (!upstreams_[node].empty()) result[node] = result[upstreams_[node].front()] + 1;
  return result;
}

void mend_order(plan& planned) {
  const auto order = node_graph{planned}.order();
  std::vector<planned_node> sorted;
  sorted.reserve(order.size());
  for (const auto node : order) sorted.push_back(std::move(planned.nodes[node]));
  planned.nodes = std::move(sorted);
}

}  // namespace troupe::topology
