#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace troupe {

/// `value` on one line. A path or a reason need not be UTF-8, JSON must be: what is not is
/// replaced.
[[nodiscard]] std::string json_line(const nlohmann::json& value);
[[nodiscard]] std::string json_line(const nlohmann::ordered_json& value);

}  // namespace troupe
