#pragma once

#include <chrono>
#include <cstdint>

#include <nlohmann/json.hpp>

#include "protocol/codec_settings.hpp"

namespace troupe::bench {

/// The floor of encoding: a loop that makes the tone of a node's tone source and encodes it, with
/// libopus set up as a node does it, one frame each `period`, and then as many again as fast as it
/// goes. Returns what a frame cost either way: a core that slept in between has cold caches. To run
/// in a process of its own.
[[nodiscard]] nlohmann::json encode_bare(const codec_settings& codec, std::uint64_t frames,
                                         std::chrono::nanoseconds period);

}  // namespace troupe::bench
