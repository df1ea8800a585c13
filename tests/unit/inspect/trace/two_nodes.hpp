#pragma once

#include <vector>

#include "apps/inspect/trace/frame_steps.hpp"

namespace troupe::inspecting::test {

inline constexpr const char* stream_of_two_nodes = "9f3a5c7e01234567";

/// What a node and its relay recorded at the same time: frames 17 and 18 on their ways to a client
/// of each. The relay's clock is 5 ms behind.
[[nodiscard]] std::vector<node_trace> two_nodes();

}  // namespace troupe::inspecting::test
