#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace troupe {

/// A program to be run beside this one. Descriptors stay the caller's.
struct launch {
  std::string program;  ///< looked for in PATH if there is no slash in it
  std::vector<std::string> arguments;
  /// Set for the program on top of our own environment; an empty value removes the variable.
  std::vector<std::pair<std::string, std::string>> environment;
  std::string working_directory;           ///< our own when empty
  std::size_t open_files = 0;              ///< the most descriptors it may have; 0: as many as we
  std::array<int, 3> streams{-1, -1, -1};  ///< its standard input, output and error
  int network_namespace = -1;              ///< our own when -1
  bool has_own_group = false;              ///< the terminal's signals are not for it
};

/// Returns the process's id once it has become the program; it is killed when the thread that
/// started it ends. Throws std::system_error when it cannot be started.
[[nodiscard]] pid_t start(const launch& plan);

}  // namespace troupe
