#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace troupe {

/// Reads the command line into what `app`'s options are bound to. Returns false when all that was
/// asked for was --help or --version, which is then printed on stdout. Throws failure{bad_value}
/// where the command line is wrong.
[[nodiscard]] bool parse_command_line(CLI::App& app, int count, const char* const* arguments);

/// Has `option` take one of `names` only; its help lists them in this order, once.
CLI::Option* limit_to(const std::vector<std::string>& names, CLI::Option* option);

}  // namespace troupe
