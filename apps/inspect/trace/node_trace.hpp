#pragma once

#include <chrono>
#include <cstddef>
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
  clock_offset clock;  ///< beside the one clock by which all are read

  /// By that one clock.
  [[nodiscard]] unix_time time_of(std::chrono::nanoseconds since_began) const {
    return record.began + since_began + clock.offset;
  }
};

/// Has all nodes' times be read by one clock, that of the node where their stream begins: each
/// knows only how far its own is off that of the node that it hears. `upstreams` has that node's
/// place among the traces, for each that hears one of them.
void put_on_one_clock(std::vector<node_trace>& traces,
                      const std::vector<std::optional<std::size_t>>& upstreams);

}  // namespace troupe::inspecting
