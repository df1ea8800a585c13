#pragma once

#include <cstdint>
#include <string>

#include <netinet/in.h>

#include "protocol/descriptor.hpp"

namespace troupe::topology {

struct tcp_place {
  std::string host;  ///< an IPv4 address, in figures
  std::uint16_t port = 0;
};

/// `HOST:PORT`.
[[nodiscard]] std::string to_string(const tcp_place& place);

[[nodiscard]] sockaddr_in address_of(const tcp_place& place);

/// Sockets that do not block, send what they have at once, and buffer little: what waits in the
/// kernel comes on top of what waits in a proxy. All throw std::system_error.
[[nodiscard]] descriptor make_tcp_socket();
[[nodiscard]] descriptor listen_on_loopback();
void send_at_once(const descriptor& socket);

/// Where a socket is bound.
[[nodiscard]] tcp_place place_of(const descriptor& socket);

/// A place on loopback that nobody has just now, and that no connection is given by chance.
[[nodiscard]] tcp_place free_loopback_place();

}  // namespace troupe::topology
