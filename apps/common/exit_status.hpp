#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "protocol/failure.hpp"

namespace troupe {

/// How a program ends; the numbers of sysexits.h.
enum class exit_status : int {
  ok = 0,
  unmet_expectation = 1,  ///< of a run of troupe-topology; no other program ends so
  usage = 64,             ///< an option, a value or a combination of options that cannot be
  unknown_format = 65,    ///< of the sound, or of what a node answers
  no_input = 66,          ///< the source is absent, unreadable or empty
  unavailable = 69,       ///< a device is absent, or no node answers
  internal = 70,          ///< a fault of the program itself, or its supervisor gave up
  cannot_create = 73,     ///< an output or a socket cannot be made
  io_error = 74,          ///< an output failed, or the disk is full
  in_use = 75,            ///< another node has the socket
  no_permission = 77,
  bad_config = 78,  ///< the configuration file cannot be used
};

[[nodiscard]] exit_status status_for(failure_kind kind);

/// The table of exit statuses for a --help text, one line each.
[[nodiscard]] std::string_view exit_status_help();

/// The same with `line`, a whole one, about a status that only one program has: it comes after 0.
[[nodiscard]] std::string exit_status_help_with(std::string_view line);

/// Runs a program's body. What it throws is told on stderr as "PROGRAM: message" and turned into
/// the exit status. Returns what main() is to return.
[[nodiscard]] int run_main(std::string_view program, const std::function<exit_status()>& body);

}  // namespace troupe
