#pragma once

#include <vector>

#include "apps/topology/expectations.hpp"
#include "apps/topology/outcome.hpp"
#include "apps/topology/plan.hpp"

namespace troupe::topology {

/// A run, and what is to be said of it.
struct judged_run {
  plan planned;
  outcome seen;
  std::vector<broken_expectation> broken;

  [[nodiscard]] bool passed() const { return broken.empty(); }
};

}  // namespace troupe::topology
