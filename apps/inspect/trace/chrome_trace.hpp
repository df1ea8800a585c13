#pragma once

#include <string>
#include <vector>

#include "apps/inspect/trace/frame_steps.hpp"

namespace troupe::inspecting {

/// Traces in the Trace Event Format, for ui.perfetto.dev: a process for each node, a track
/// for each of its actors, a slice for each turn, and arrows along each frame's way.
[[nodiscard]] std::string to_chrome_trace(const std::vector<node_trace>& traces);

}  // namespace troupe::inspecting
