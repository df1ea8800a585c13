#pragma once

#include <nlohmann/json.hpp>

#include "apps/bench/stream_plan.hpp"

namespace troupe::bench {

/// The floor: one thread that waits, stamps a frame and hands it to the kernel, one call for each
/// client, and does nothing else. To run in a process of its own.
[[nodiscard]] nlohmann::json serve_floor(const stream_plan& plan);

}  // namespace troupe::bench
