#pragma once

#include <optional>

#include <nlohmann/json.hpp>

#include "actors/probe/trace_recorder.hpp"
#include "apps/node/inspection/inspected_node.hpp"

namespace troupe {

/// A recording as protocol/inspection.md has it.
[[nodiscard]] nlohmann::json trace_document(const inspected_node& node,
                                            const probe::trace_recording& recording);

/// The way of the first frame whose way through the node was recorded from its beginning to its
/// end; null if there is none.
[[nodiscard]] nlohmann::json frame_document(const inspected_node& node,
                                            const probe::trace_recording& recording);

}  // namespace troupe
