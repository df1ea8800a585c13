#pragma once

#include "apps/topology/plan.hpp"
#include "apps/topology/toml_section.hpp"

namespace troupe::topology {

/// What a plan's nodes and listeners must keep to.
struct expectations {
  node_expectations of_nodes;
  listener_expectations of_listeners;
};

/// [expect]: what holds for all.
[[nodiscard]] expectations read_expectations(toml_section section);

/// `expect` of one [[node]] or [[listener]]: what it says goes before what holds for all, and what
/// is "any" there is not looked at.
[[nodiscard]] node_expectations read_node_expectations(toml_section section,
                                                       node_expectations of_all);
[[nodiscard]] listener_expectations read_listener_expectations(toml_section section,
                                                               listener_expectations of_all);

}  // namespace troupe::topology
