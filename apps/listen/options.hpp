#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "actors/network/tls_context.hpp"
#include "protocol/address.hpp"

namespace troupe::listening {

struct listen_options {
  std::optional<network::tls_files> tls;  ///< for the links to nodes
  std::string node;                       ///< a socket's path, or troupe://HOST:PORT
  output_address output = null_output{};
  std::optional<std::string> time_line;  ///< the file for it
  std::optional<std::chrono::nanoseconds> duration;
  bool json = false;
  bool silent = false;
  bool follow = false;
  bool meter = true;
  std::string log_level = "info";
};

/// Reads the command line. Returns nothing when --help or --version was all that was asked for.
/// Throws failure{bad_value}.
[[nodiscard]] std::optional<listen_options> read_options(int count, const char* const* arguments);

}  // namespace troupe::listening
