#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include <nlohmann/json.hpp>

#include "apps/inspect/model/event.hpp"
#include "apps/inspect/model/trace_record.hpp"
#include "apps/inspect/node_channel.hpp"

/// What a node is asked, by name. All throw failure as node_channel::ask does.
namespace troupe::inspecting {

/// The node's document, for parse_snapshot.
[[nodiscard]] nlohmann::json ask_for_snapshot(node_channel& node);
[[nodiscard]] event_list ask_for_events(node_channel& node, std::uint64_t after);
/// Waits for one, a few seconds at most.
[[nodiscard]] frame_way ask_for_frame(node_channel& node);

/// Has the node record what its actors do; the result is there when so much time has passed.
void begin_trace(node_channel& node, std::chrono::nanoseconds length);
[[nodiscard]] trace_record ask_for_trace(node_channel& node);

/// Has the node do something; returns what it says of it.
std::string order(node_channel& node, const nlohmann::json& action);

}  // namespace troupe::inspecting
