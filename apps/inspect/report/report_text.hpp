#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apps/inspect/node_view.hpp"

namespace troupe::inspecting {

/// A report of nodes for people; of each, what stands out comes first.
[[nodiscard]] std::string report_text(const std::vector<std::shared_ptr<const node_view>>& nodes);

}  // namespace troupe::inspecting
