#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <netinet/in.h>

#include "protocol/address.hpp"
#include "protocol/descriptor.hpp"

namespace troupe::network {

/// Where a connection may be made to, or taken in: one of the addresses of a host.
struct tcp_endpoint {
  sockaddr_storage address{};
  socklen_t size = 0;
};

/// In numbers, for people.
[[nodiscard]] node_address describe(const tcp_endpoint& endpoint);
/// Whether it can be reached from this machine alone.
[[nodiscard]] bool is_loopback(const tcp_endpoint& endpoint);

/// Never asks anybody; nothing for a host that is not given in numbers.
[[nodiscard]] std::optional<tcp_endpoint> parse_endpoint(const std::string& host,
                                                         std::uint16_t port);
/// Asks the system, which may take seconds. Throws failure{no_node} that says why it has none.
[[nodiscard]] std::vector<tcp_endpoint> resolve(const std::string& host, std::uint16_t port);

/// Throws failure{socket_in_use, not_permitted, cannot_create}.
[[nodiscard]] descriptor listen_at(const tcp_endpoint& endpoint);
/// Where `socket` listens, with the port that it got if it asked for any (0).
[[nodiscard]] tcp_endpoint local_endpoint(int socket);

struct accepted_peer {
  descriptor socket;
  node_address peer;
};

/// Nothing, and errno, if there is nobody or no descriptor for one.
[[nodiscard]] std::optional<accepted_peer> accept_peer(int listener);

/// Begins to connect: the socket can be written to once it is connected, or has failed. Nothing,
/// and errno, if it failed at once.
[[nodiscard]] descriptor begin_to_connect(const tcp_endpoint& endpoint);
[[nodiscard]] bool is_connected(int socket);
/// 0, or why it failed.
[[nodiscard]] int connection_error(int socket);

}  // namespace troupe::network
