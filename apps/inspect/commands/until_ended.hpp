#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "apps/common/signals.hpp"
#include "apps/inspect/node_watches.hpp"

namespace troupe::inspecting {

/// Calls `look` after each change of what is known of the nodes, and at least once a second, until
/// a signal comes or `duration` has passed.
void until_ended(const node_watches& nodes, const ending_signals& signals,
                 std::optional<std::chrono::nanoseconds> duration,
                 const std::function<void()>& look);

}  // namespace troupe::inspecting
