#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

namespace troupe {

/// Reads "15" (seconds), "1.5s", "500ms", "250us", "2m" or "1h". Throws failure{bad_value} for
/// anything else, for what is not more than 0 and for what is more than a hundred years.
[[nodiscard]] std::chrono::nanoseconds parse_duration(std::string_view text);

/// Adds an option that takes a duration. `target` stays as it is where the option is not given.
CLI::Option* add_duration_option(CLI::App& app, const std::string& name,
                                 std::optional<std::chrono::nanoseconds>& target,
                                 const std::string& help);
CLI::Option* add_duration_option(CLI::App& app, const std::string& name,
                                 std::chrono::nanoseconds& target, const std::string& help);

/// The same for something that happens again and again; "off" or 0, then 0 ns, for never.
CLI::Option* add_interval_option(CLI::App& app, const std::string& name,
                                 std::optional<std::chrono::nanoseconds>& target,
                                 const std::string& help);

}  // namespace troupe
