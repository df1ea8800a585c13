#pragma once

#include <string>
#include <vector>

#include "apps/topology/plan.hpp"

namespace troupe::topology::test {

inline planned_node source_node(const std::string& name) {
  return {.name = name, .source = "tone:440"};
}

inline planned_node relay_node(const std::string& name, const std::vector<std::string>& upstreams) {
  planned_node relay{.name = name};
  for (const auto& upstream : upstreams) relay.upstreams.push_back({.upstream = upstream});
  return relay;
}

/// studio; left and right below it; bottom below both, with a listener: nothing is wrong with it.
inline plan diamond() {
  return {.name = "diamond",
          .duration = std::chrono::seconds{10},
          .nodes = {source_node("studio"), relay_node("left", {"studio"}),
                    relay_node("right", {"studio"}), relay_node("bottom", {"left", "right"})},
          .listeners = {{.name = "ear", .node = "bottom"}}};
}

}  // namespace troupe::topology::test
