#pragma once

#include <nlohmann/json.hpp>

#include "apps/bench/stream_plan.hpp"
#include "protocol/codec_settings.hpp"

namespace troupe::bench {

/// A whole node that encodes a tone in real time, for as long as the plan's frames last, and sends
/// it to the plan's clients. Returns what a frame cost. To run in a process of its own. Throws
/// std::runtime_error when an actor failed.
[[nodiscard]] nlohmann::json serve_live(const stream_plan& plan, const codec_settings& codec);

}  // namespace troupe::bench
