#pragma once

#include <string>
#include <vector>

#include "tests/chaos/observation.hpp"

namespace troupe::chaos {

/// Checks what each listener heard, faults or no faults: nothing malformed, no connection closed
/// that was not hit, timestamps that increase (over reconnections, too), everybody back in the end,
/// and the same packet for all at the same time.
void check_streams(const observation& seen, std::vector<std::string>& violations);

}  // namespace troupe::chaos
