#pragma once

#include <string>
#include <vector>

#include "apps/topology/plan.hpp"

namespace troupe::topology {

/// All that is wrong with a plan, each a sentence that says what, where and what to do.
[[nodiscard]] std::vector<std::string> check(const plan& planned);

/// Throws failure{bad_config} with all of them where there are any; `name` is what the plan is
/// called.
void refuse_if_wrong(const plan& planned, const std::string& name);

/// How many there are of all that are planned.
[[nodiscard]] std::size_t listeners_in(const plan& planned);

}  // namespace troupe::topology
