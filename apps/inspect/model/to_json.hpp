#pragma once

#include <nlohmann/json_fwd.hpp>

#include "apps/inspect/model/changes.hpp"
#include "apps/inspect/model/event.hpp"
#include "apps/inspect/model/findings.hpp"

/// For whoever reads what this program says; members have their units in their names.
namespace troupe::inspecting {

[[nodiscard]] nlohmann::json to_json(const changes& between);
/// As the node itself says it.
[[nodiscard]] nlohmann::json to_json(const event& happened);
[[nodiscard]] nlohmann::json to_json(const finding& found);

}  // namespace troupe::inspecting
