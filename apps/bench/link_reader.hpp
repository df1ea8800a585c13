#pragma once

#include <nlohmann/json.hpp>

#include "apps/bench/reader.hpp"
#include "apps/bench/stream_plan.hpp"

namespace troupe::bench {

/// Hears the plan's frames over its link, as troupe-listen does, until the node ends; returns the
/// count, and the latencies from each frame's stamp until the listener has it. To run in a process
/// of its own.
[[nodiscard]] nlohmann::json read_link(const stream_plan& plan, shared_progress& progress);

}  // namespace troupe::bench
