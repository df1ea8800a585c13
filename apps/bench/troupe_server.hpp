#pragma once

#include <nlohmann/json.hpp>

#include "apps/bench/reader.hpp"
#include "apps/bench/stream_plan.hpp"

namespace troupe::bench {

/// Troupe's delivery: all the actors of a node, with stamped frames in the place of its source's.
/// To run in a process of its own. Throws std::runtime_error when an actor failed.
[[nodiscard]] nlohmann::json serve_troupe(const stream_plan& plan, shared_progress& progress);

}  // namespace troupe::bench
