#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "apps/inspect/commands/reached_nodes.hpp"
#include "apps/inspect/trace/node_trace.hpp"

namespace troupe::inspecting {

/// Records what happens in all nodes at the same time. `pause` waits so long. Throws failure.
[[nodiscard]] std::vector<node_trace> record_traces(
    const std::vector<reached_node>& nodes, std::chrono::nanoseconds length,
    const std::function<void(std::chrono::nanoseconds)>& pause);

}  // namespace troupe::inspecting
