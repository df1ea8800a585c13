#pragma once

#include <cstdint>
#include <vector>

#include "protocol/descriptor.hpp"

namespace troupe::inspecting::web {

/// Sockets that take connections from this machine only, and do not block.
struct loopback_listeners {
  std::uint16_t port = 0;
  std::vector<descriptor> sockets;  ///< at 127.0.0.1, and at ::1 where that is to be had
};

/// Listens at `port`, or at one that the kernel chooses if that is 0. Throws
/// failure{cannot_create}.
[[nodiscard]] loopback_listeners listen_on_loopback(std::uint16_t port);

}  // namespace troupe::inspecting::web
