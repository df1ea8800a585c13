#pragma once

#include <nlohmann/json.hpp>

#include "apps/node/inspection/inspected_node.hpp"

namespace troupe {

/// A snapshot of a node as protocol/inspection.md has it, but for what depends on who asks.
[[nodiscard]] nlohmann::json node_document(const inspected_node& node, bool with_all_handlers);

/// How this node's clock is to that of the node that it hears; null if it hears none, or does not
/// know yet.
[[nodiscard]] nlohmann::json clock_document(const inspected_node& node);

}  // namespace troupe
