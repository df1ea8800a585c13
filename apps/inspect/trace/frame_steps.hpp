#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "apps/inspect/model/trace_record.hpp"
#include "apps/inspect/trace/node_trace.hpp"
#include "protocol/clock.hpp"

namespace troupe::inspecting {

/// A frame was somewhere on its way through the nodes.
struct frame_step {
  std::size_t node = 0;  ///< its place among the traces
  std::string actor;
  std::string step;
  unix_time at;                      ///< by the one clock of all
  std::optional<std::size_t> after;  ///< the place of the step that led to it; or it is the first
};

/// A frame's steps by time. Its way forks: to each client, and to other nodes.
using frame_steps = std::vector<frame_step>;

[[nodiscard]] std::map<frame_name, frame_steps> steps_by_frame(
    const std::vector<node_trace>& traces);

}  // namespace troupe::inspecting
