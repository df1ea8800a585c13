#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "apps/inspect/model/trace_record.hpp"
#include "protocol/clock.hpp"

namespace troupe::inspecting {

/// What was recorded in one of several nodes.
struct node_trace {
  std::string node;  ///< its name, for people
  trace_record record;

  /// By the clock of the node where the stream begins.
  [[nodiscard]] unix_time time_of(std::chrono::nanoseconds since_began) const {
    return record.began + since_began + record.clock.offset;
  }
};

/// A frame was somewhere on its way through the nodes.
struct frame_step {
  std::size_t node = 0;  ///< its place among the traces
  std::string actor;
  std::string step;
  unix_time at;                      ///< by the clock of the node where the stream begins
  std::optional<std::size_t> after;  ///< the place of the step that led to it; or it is the first
};

/// A frame's steps by time. Its way forks: to each client, and to other nodes.
using frame_steps = std::vector<frame_step>;

[[nodiscard]] std::map<frame_name, frame_steps> steps_by_frame(
    const std::vector<node_trace>& traces);

}  // namespace troupe::inspecting
