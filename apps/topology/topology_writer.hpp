#pragma once

#include <string>

#include "apps/topology/plan.hpp"

namespace troupe::topology {

/// The plan as TOML: read_topology makes the same of it.
[[nodiscard]] std::string write_topology(const plan& planned);

}  // namespace troupe::topology
