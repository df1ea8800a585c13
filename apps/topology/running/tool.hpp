#pragma once

#include <string>
#include <vector>

namespace troupe::topology {

/// Runs a program of the system to its end, with `input` on its standard input. Throws failure with
/// what it wrote to its standard error when it cannot be started, takes too long or fails.
void run_tool(const std::string& program, const std::vector<std::string>& arguments,
              const std::string& input, int network_namespace = -1);

}  // namespace troupe::topology
