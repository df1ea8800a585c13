#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "apps/node/node_options.hpp"

namespace troupe {

/// Looks up a variable of the environment; empty where it is not set.
using environment_lookup = std::function<std::optional<std::string>(const std::string&)>;

/// Options from the variables that existing callers set. JETKVM_OPUS_BITRATE is in bit/s, _VBR and
/// _DTX are 0 or 1, _SIGNAL_TYPE and _BANDWIDTH are libopus's own numbers (3001 voice, 3002 or 3
/// music, -1000 automatic; 1101 narrow to 1105 full).
///
/// A value that cannot be is passed over, as those callers are used to; `warnings` tells of it.
[[nodiscard]] node_options read_environment(const environment_lookup& look_up,
                                            std::vector<std::string>& warnings);

/// The process's own environment.
[[nodiscard]] std::optional<std::string> environment_variable(const std::string& name);

}  // namespace troupe
