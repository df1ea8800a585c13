#include "apps/topology/running/plan_links.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "protocol/failure.hpp"

namespace troupe::topology {

std::vector<plan_link> links_of(const plan& planned) {
  std::vector<plan_link> result;
  for (std::size_t node = 0; node < planned.nodes.size(); ++node)
    for (const auto& link : planned.nodes[node].upstreams)
      result.push_back(
          {.node = node, .upstream = node_index(planned, link.upstream), .quality = link.quality});
  return result;
}

std::size_t node_index(const plan& planned, const std::string& name) {
  const auto found = std::ranges::find(planned.nodes, name, &planned_node::name);
  if (found == planned.nodes.end())
    throw failure{failure_kind::bad_config, fmt::format("there is no node \"{}\"", name)};
  return static_cast<std::size_t>(found - planned.nodes.begin());
}

std::size_t link_index(const plan& planned, const planned_fault& fault) {
  const auto links = links_of(planned);
  const auto node = node_index(planned, fault.node);
  const auto upstream = node_index(planned, fault.upstream);
  const auto found = std::ranges::find_if(
      links, [&](const auto& link) { return link.node == node && link.upstream == upstream; });
  if (found == links.end())
    throw failure{failure_kind::bad_config,
                  fmt::format("\"{}\" has no upstream \"{}\"", fault.node, fault.upstream)};
  return static_cast<std::size_t>(found - links.begin());
}

std::size_t hops_of(const plan& planned, std::size_t node) {
  std::size_t hops = 0;
  for (; !planned.nodes.at(node).upstreams.empty() && hops < planned.nodes.size(); ++hops)
    node = node_index(planned, planned.nodes[node].upstreams.front().upstream);
  return hops;
}

}  // namespace troupe::topology
