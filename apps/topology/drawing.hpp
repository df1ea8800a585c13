#pragma once

#include <string>

#include "apps/topology/plan.hpp"

namespace troupe::topology {

/// The plan in Graphviz's language: sources on top, second choices of upstream dashed, listeners in
/// a shape of their own. `troupe-topology draw FILE | dot -Tsvg` makes a picture of it.
[[nodiscard]] std::string draw(const plan& planned);

}  // namespace troupe::topology
