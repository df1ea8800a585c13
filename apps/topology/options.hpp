#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace troupe::topology {

struct run_options {
  std::filesystem::path file;
  std::optional<std::filesystem::path> programs;   ///< nothing: beside this one
  std::optional<std::filesystem::path> directory;  ///< nothing: a temporary one
  std::optional<std::filesystem::path> picture;
  std::optional<std::chrono::milliseconds> duration;  ///< in the place of the file's
  std::optional<std::uint64_t> seed;                  ///< nothing: any
  std::size_t random_faults = 0;
  bool isolated = true;
  bool json = false;
  std::string log_level = "info";
};

struct check_options {
  std::vector<std::filesystem::path> files;
};

struct draw_options {
  std::filesystem::path file;
};

struct random_options {
  std::uint64_t seed = 0;
  std::optional<std::size_t> nodes;  ///< nothing: any number
};

using topology_options = std::variant<run_options, check_options, draw_options, random_options>;

/// Reads the command line. Returns nothing when --help or --version was all that was asked for.
/// Throws failure{bad_value}.
[[nodiscard]] std::optional<topology_options> read_options(int count, const char* const* arguments);

}  // namespace troupe::topology
