#pragma once

#include <string>
#include <vector>

#include "tests/chaos/observation.hpp"

namespace troupe::chaos {

/// Checks the node's final account: for all together and for each client, what was offered was
/// delivered or dropped; and each listener heard exactly what was delivered to it.
void check_account(const observation& seen, std::vector<std::string>& violations);

}  // namespace troupe::chaos
