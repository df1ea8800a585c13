#include "apps/node/config_file.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <set>
#include <system_error>
#include <vector>

#include <fmt/format.h>
#include <toml.hpp>

#include "apps/common/command_line.hpp"
#include "protocol/failure.hpp"

namespace troupe {
namespace {

/// Options that make no sense in a file.
const std::set<std::string> command_line_only{"config", "help", "version"};

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw failure{failure_kind::bad_config, "the configuration file \"" + path + "\" " + why};
}

toml::value parse(const std::string& path) {
  std::error_code unseen;  // what is wrong with the path shows when it is opened
  const auto status = std::filesystem::status(path, unseen);
  if (std::filesystem::is_directory(status)) refuse(path, "is a directory; name a file");
  // Nobody may ever write to a pipe, and signals wait until the options are read.
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
    refuse(path, "is no regular file; name one, which can be read again");
  std::ifstream file{path, std::ios::binary};
  if (!file)
    refuse(path, "cannot be read: " + std::generic_category().message(errno) +
                     "; check the path given to --config");
  try {
    return toml::parse(file, path);
  } catch (const std::exception& error) {
    refuse(path, std::string{"is not TOML: "} + error.what());
  }
}

std::string text_of(const std::string& path, const std::string& key, const toml::value& value) {
  if (value.is_string()) return value.as_string().str;
  if (value.is_boolean()) return value.as_boolean() ? "true" : "false";
  if (value.is_integer()) return std::to_string(value.as_integer());
  if (value.is_floating()) return toml::format(value);
  refuse(path, "line " + std::to_string(value.location().line()) + ": " + key +
                   " is a text, a number, true or false");
}

}  // namespace

node_options read_config_file(const std::string& path) {
  const auto content = parse(path);
  node_options options;
  CLI::App app{"", "troupe-node"};
  declare_node_options(app, options);
  for (const auto& [key, value] : content.as_table()) {
    const auto line = fmt::format("line {}: ", value.location().line());
    const auto option = "--" + key;
    if (command_line_only.contains(key) || app.get_option_no_throw(option) == nullptr)
      refuse(path, fmt::format("{}there is no option \"{}\"; the options are those of troupe-node "
                               "--help",
                               line, key));
    const auto argument = fmt::format("{}={}", option, text_of(path, key, value));
    try {
      app.parse(std::vector<std::string>{argument});
    } catch (const CLI::ParseError& error) {
      refuse(path, line + error.what());
    }
  }
  return options;
}

}  // namespace troupe
