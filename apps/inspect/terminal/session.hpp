#pragma once

#include <chrono>
#include <optional>

#include "apps/common/signals.hpp"
#include "apps/inspect/node_watches.hpp"

namespace troupe::inspecting::terminal {

/// Shows the nodes on the whole terminal, and takes keys, until the user or a signal ends it, or it
/// has lasted so long. Throws failure{cannot_create} where the terminal cannot be used.
void show_live(const node_watches& watches, const ending_signals& signals,
               std::optional<std::chrono::nanoseconds> duration);

}  // namespace troupe::inspecting::terminal
