#pragma once

#include <filesystem>
#include <string>

#include "apps/topology/plan.hpp"

namespace troupe::topology {

/// Reads a plan from a TOML file; README has what there is in one. Nodes are brought into an order
/// that has upstreams first, faults into that of time. Throws failure{bad_config} that names file
/// and line. Whether the plan makes sense is another matter: see check().
[[nodiscard]] plan read_topology(const std::filesystem::path& path);

/// The same from a text; `path` is what it is called in messages, and its stem the plan's name
/// where the text has none.
[[nodiscard]] plan parse_topology(const std::string& text, const std::filesystem::path& path);

}  // namespace troupe::topology
