#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "apps/topology/plan.hpp"

namespace troupe::topology {

/// A link of a plan, by the indexes of its ends.
struct plan_link {
  std::size_t node = 0;
  std::size_t upstream = 0;
  link_quality quality;
};

/// In the order of the nodes, and of each node's upstreams. Throws failure{bad_config} where a node
/// is not there.
[[nodiscard]] std::vector<plan_link> links_of(const plan& planned);

/// The index of the node of that name. Throws failure{bad_config} if there is none.
[[nodiscard]] std::size_t node_index(const plan& planned, const std::string& name);

/// The index among `links_of` of a fault's link. Throws failure{bad_config} if there is none.
[[nodiscard]] std::size_t link_index(const plan& planned, const planned_fault& fault);

/// How many links are between a node and the source of its preferred upstream.
[[nodiscard]] std::size_t hops_of(const plan& planned, std::size_t node);

}  // namespace troupe::topology
