#pragma once

#include <string>

#include "apps/inspect/node_view.hpp"

namespace troupe::inspecting {

/// The essentials of a node of that name on one line: "kitchen: 50.0 frames/s to 3 clients, …".
[[nodiscard]] std::string node_line(const node_view& view, const std::string& name);

}  // namespace troupe::inspecting
