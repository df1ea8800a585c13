#pragma once

#include <atomic>
#include <string>

#include <nlohmann/json.hpp>

#include "actors/probe/trace_recorder.hpp"
#include "apps/node/inspection/inspected_node.hpp"

namespace troupe {

/// Appends a recording as protocol/inspection.md has it, as JSON. Its events are written one by
/// one: all their documents at once would take hundreds of MB. Returns false, with a part of it
/// written, when `gives_up` becomes true meanwhile.
[[nodiscard]] bool append_trace(std::string& text, const inspected_node& node,
                                const probe::trace_recording& recording,
                                const std::atomic<bool>& gives_up);

/// The way of the first frame whose way through the node was recorded from its beginning to its
/// end; null if there is none.
[[nodiscard]] nlohmann::json frame_document(const inspected_node& node,
                                            const probe::trace_recording& recording);

}  // namespace troupe
