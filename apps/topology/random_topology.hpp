#pragma once

#include <cstddef>
#include <cstdint>

#include "apps/topology/plan.hpp"

namespace troupe::topology {

struct random_topology_settings {
  std::size_t least_nodes = 2;
  std::size_t most_nodes = 30;
  std::chrono::milliseconds duration{15'000};
};

/// A source and relays below it, some of which have a second choice of upstream, with listeners at
/// all nodes that nobody relays and at some others. The same for a seed on any machine.
[[nodiscard]] plan random_topology(std::uint64_t seed,
                                   const random_topology_settings& settings = {});

}  // namespace troupe::topology
