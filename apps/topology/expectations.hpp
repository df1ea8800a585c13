#pragma once

#include <string>
#include <vector>

#include "apps/topology/outcome.hpp"
#include "apps/topology/plan.hpp"

namespace troupe::topology {

struct broken_expectation {
  std::string who;       ///< "listener at-left", "node left", "fault 3 (kill left)"
  std::string expected;  ///< "at most 0 frames missing"
  std::string seen;      ///< "12"
};

/// All that did not go as the plan expects it. What was to be in the run and is not in its outcome
/// is broken as well.
[[nodiscard]] std::vector<broken_expectation> judge(const plan& planned, const outcome& seen);

}  // namespace troupe::topology
