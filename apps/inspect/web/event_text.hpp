#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace troupe::inspecting::web {

/// A server-sent event.
[[nodiscard]] std::string event_text(std::string_view type, const nlohmann::json& data);

}  // namespace troupe::inspecting::web
