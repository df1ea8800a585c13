#pragma once

#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "apps/inspect/node_view.hpp"

namespace troupe::inspecting {

/// All that is known of a node: its own document, and what this program made of it.
[[nodiscard]] nlohmann::json to_json(const node_view& view);

/// {"version": 1, "nodes": […]}, on one line.
[[nodiscard]] std::string report_json(const std::vector<std::shared_ptr<const node_view>>& nodes);

}  // namespace troupe::inspecting
