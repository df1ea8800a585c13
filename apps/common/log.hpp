#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace troupe {

/// Adds --log-level, which takes trace, debug, info, warn, error or off.
CLI::Option* add_log_level_option(CLI::App& app, std::string& target);

/// Sends the log to stderr: what is at least of `level`, with the time, in colour on a terminal.
/// With `over_meter`, each line first clears a meter that is drawn on the same terminal line.
void start_log(const std::string& level, bool over_meter = false);

}  // namespace troupe
