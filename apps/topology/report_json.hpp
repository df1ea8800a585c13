#pragma once

#include <string>

#include "apps/topology/judged_run.hpp"

namespace troupe::topology {

/// A run as one JSON object, on one line without its end.
[[nodiscard]] std::string to_json(const judged_run& run);

}  // namespace troupe::topology
