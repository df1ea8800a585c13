#pragma once

#include <string>
#include <variant>

#include "protocol/address.hpp"

namespace troupe::inspecting {

/// A node that is reached by the socket that it serves: its control socket is beside that.
struct socket_target {
  std::string path;
  friend bool operator==(const socket_target&, const socket_target&) = default;
};

/// A node that is reached by its control socket, which is elsewhere (troupe-node --control PATH).
struct control_target {
  std::string path;
  friend bool operator==(const control_target&, const control_target&) = default;
};

/// Which node is meant.
using target = std::variant<socket_target, control_target, node_address>;

/// Reads a path, control:PATH, HOST:PORT or troupe://HOST:PORT. A path with a colon and no slash is
/// written as ./PATH, and one of digits only as control:./PATH. Throws failure{bad_value}.
[[nodiscard]] target parse_target(const std::string& text);

/// As parse_target reads it; the same node has the same text.
[[nodiscard]] std::string to_string(const target& node);

}  // namespace troupe::inspecting
