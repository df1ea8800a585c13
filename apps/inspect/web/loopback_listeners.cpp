#include "apps/inspect/web/loopback_listeners.hpp"

#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "protocol/failure.hpp"

namespace troupe::inspecting::web {
namespace {

/// An empty descriptor, and errno, if that cannot be.
template <class Address>
descriptor listen_at(const Address& address, int family) {
  descriptor socket{::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!socket) return socket;
  // One that was there just now leaves connections behind that wait for their end.
  const int yes = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (family == AF_INET6) ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(socket.get(), SOMAXCONN) != 0) {
    const int error = errno;
    socket.reset();
    errno = error;
  }
  return socket;
}

descriptor listen_at_ipv4(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return listen_at(address, AF_INET);
}

descriptor listen_at_ipv6(std::uint16_t port) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(port);
  address.sin6_addr = in6addr_loopback;
  return listen_at(address, AF_INET6);
}

std::uint16_t port_of(const descriptor& socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

}  // namespace

loopback_listeners listen_on_loopback(std::uint16_t port) {
  loopback_listeners result;
  auto first = listen_at_ipv4(port);
  if (!first)
    throw failure{failure_kind::cannot_create,
                  fmt::format("the page cannot be served at 127.0.0.1:{}: {}; name another port, "
                              "or none",
                              port, std::strerror(errno))};
  result.port = port_of(first);
  result.sockets.push_back(std::move(first));
  if (auto second = listen_at_ipv6(result.port)) result.sockets.push_back(std::move(second));
  return result;
}

}  // namespace troupe::inspecting::web
