#pragma once

#include <cstdint>

#include <nlohmann/json.hpp>

#include "protocol/codec_settings.hpp"

namespace troupe::bench {

/// The floor of encoding: a loop that makes the tone of a node's tone source and encodes it as fast
/// as it goes, with libopus set up as a node does it. Returns what a frame cost. To run in a
/// process of its own.
[[nodiscard]] nlohmann::json encode_bare(const codec_settings& codec, std::uint64_t frames);

}  // namespace troupe::bench
