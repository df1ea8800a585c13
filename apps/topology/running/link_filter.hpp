#pragma once

#include <string>
#include <vector>

namespace troupe::topology {

/// What is dropped between two hosts, both ways.
struct dropping {
  std::string one;  ///< an IPv4 address
  std::string other;
  double share = 0;  ///< of the packets, 0 to 1
};

/// The commands for nft that have a bridge drop just that.
[[nodiscard]] std::string rules_for(const std::vector<dropping>& droppings);

/// Has the bridge in a network namespace drop just that. Throws failure.
void set_droppings(const std::vector<dropping>& droppings, int network_namespace);

}  // namespace troupe::topology
