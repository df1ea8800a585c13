#pragma once

#include <cstddef>
#include <string>

#include <nlohmann/json.hpp>

namespace troupe::bench {

/// Watches the node at `socket` as so many inspectors do, until this process is killed.
[[nodiscard]] nlohmann::json inspect_by(std::size_t inspectors, const std::string& socket);

}  // namespace troupe::bench
