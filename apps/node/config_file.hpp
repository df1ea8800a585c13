#pragma once

#include <string>

#include "apps/node/node_options.hpp"

namespace troupe {

/// Reads the node's options from a TOML file: top-level keys named like the long options, without
/// their dashes. Throws failure{bad_config} that names the file and the line.
[[nodiscard]] node_options read_config_file(const std::string& path);

}  // namespace troupe
