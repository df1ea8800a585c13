#pragma once

#include <string>

namespace troupe {

/// This machine's name; empty if it has none.
[[nodiscard]] std::string host_name();

}  // namespace troupe
