#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/node/node_options.hpp"

namespace troupe {

/// What the command line and the environment say. Both go before the configuration file, which may
/// be read again while the node runs.
struct given_options {
  node_options from_command_line;
  node_options from_environment;
  /// Where certificates are to be made, and nothing else done.
  std::optional<std::string> make_certificates;
  std::vector<std::string> warnings;  ///< for the log, once there is one
};

/// Returns nothing when --help or --version was all that was asked for. Throws failure{bad_value}.
[[nodiscard]] std::optional<given_options> read_given_options(int count,
                                                              const char* const* arguments);

/// The command line over the environment over the configuration file, as it is now, over the
/// defaults. Throws failure: bad_value, bad_config.
[[nodiscard]] node_settings settle(const given_options& given);

}  // namespace troupe
