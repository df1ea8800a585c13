#pragma once

#include <cstdint>
#include <string>

#include <CLI/CLI.hpp>

namespace troupe {

/// Reads a decimal whole number from `least` to `most`; `option` is whose it is. Throws
/// CLI::ValidationError. (CLI11 itself would read 010 as 8, and -1 as 2^64 - 1.)
[[nodiscard]] std::int64_t parse_whole_number(const std::string& option, const std::string& text,
                                              std::int64_t least, std::int64_t most);

/// Adds an option that takes such a number. `target`, a number or an optional one, stays as it is
/// where the option is not given, and holds all numbers from `least` to `most`.
template <class Target>
CLI::Option* add_number_option(CLI::App& app, const std::string& name, Target& target,
                               std::int64_t least, std::int64_t most, const std::string& help) {
  const auto take = [&target, name, least, most](const std::string& text) {
    const auto value = parse_whole_number(name, text, least, most);
    if constexpr (requires { typename Target::value_type; }) {
      target = static_cast<typename Target::value_type>(value);
    } else {
      target = static_cast<Target>(value);
    }
  };
  return app.add_option_function<std::string>(name, take, help)->type_name("N");
}

}  // namespace troupe
