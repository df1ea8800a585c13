#pragma once

#include "apps/inspect/terminal/table.hpp"

namespace troupe::inspecting::terminal {

/// The keys, and what the columns hold.
[[nodiscard]] table help_table();

}  // namespace troupe::inspecting::terminal
