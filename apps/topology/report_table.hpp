#pragma once

#include <string>

#include "apps/topology/judged_run.hpp"

namespace troupe::topology {

/// A run for people, on 100 columns; its last line says whether it passed.
[[nodiscard]] std::string to_table(const judged_run& run);

}  // namespace troupe::topology
