#pragma once

#include <string_view>

namespace troupe::inspecting {

/// Writes to standard output at once. Throws failure{output_failed}.
void print(std::string_view text);

}  // namespace troupe::inspecting
