#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "apps/inspect/trace/frame_steps.hpp"

namespace troupe::inspecting {

/// One frame's way, and through which nodes.
struct followed_frame {
  struct node {
    std::string name;
    clock_offset clock;  ///< beside the one clock of all
  };

  frame_name name;
  frame_steps steps;  ///< at least one
  std::vector<node> nodes;
};

/// As one node has followed it. Throws failure{unknown_format} if it says nothing of it.
[[nodiscard]] followed_frame follow_one(const std::string& node, const frame_way& way);

/// Of all frames in the traces the one that is seen furthest: in the most nodes, with the most
/// steps. Nothing if there is none.
[[nodiscard]] std::optional<followed_frame> follow_furthest(const std::vector<node_trace>& traces);

/// For people: where it was when, and what took how long.
[[nodiscard]] std::string to_text(const followed_frame& frame);

[[nodiscard]] nlohmann::json to_json(const followed_frame& frame);

}  // namespace troupe::inspecting
