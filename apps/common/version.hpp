#pragma once

#include <string>
#include <string_view>

namespace troupe {

/// As in "0.1.0".
[[nodiscard]] std::string_view version();

/// What --version prints: "troupe-node 0.1.0".
[[nodiscard]] std::string version_line(std::string_view program);

}  // namespace troupe
