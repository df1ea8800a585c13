#include "actors/network/tcp_socket.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "protocol/failure.hpp"

namespace troupe::network {
namespace {

/// Peers that wait in the kernel to be taken in.
constexpr int waiting_peers = 128;

using address_list = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

/// Null, and why in `error`, if there is none.
address_list look_up(const std::string& host, std::uint16_t port, int flags, int& error) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  return {error == 0 ? found : nullptr, &::freeaddrinfo};
}

tcp_endpoint to_endpoint(const addrinfo& info) {
  tcp_endpoint result;
  result.size = info.ai_addrlen;
  std::memcpy(&result.address, info.ai_addr, info.ai_addrlen);
  return result;
}

const sockaddr* as_generic(const tcp_endpoint& endpoint) {
  return reinterpret_cast<const sockaddr*>(&endpoint.address);
}

sockaddr* as_generic(tcp_endpoint& endpoint) {
  return reinterpret_cast<sockaddr*>(&endpoint.address);
}

descriptor make_socket(const tcp_endpoint& endpoint) {
  return descriptor{
      ::socket(endpoint.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
}

void set_option(int socket, int level, int name, int value) {
  ::setsockopt(socket, level, name, &value, sizeof value);
}

/// A frame is not to wait for the next one to fill a segment.
void send_at_once(int socket) { set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1); }

failure cannot_listen(const tcp_endpoint& endpoint, int error) {
  const auto what = fmt::format("cannot listen at {}: {}", to_string(describe(endpoint)),
                                std::generic_category().message(error));
  switch (error) {
    case EADDRINUSE:
      return {failure_kind::already_running, what + "; choose another port, or end who has it"};
    case EACCES:
      return {failure_kind::not_permitted, what + "; ports below 1024 are for root"};
    default:
      return {failure_kind::cannot_create, what + "; choose an address of this machine"};
  }
}

}  // namespace

node_address describe(const tcp_endpoint& endpoint) {
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  if (::getnameinfo(as_generic(endpoint), endpoint.size, host.data(), host.size(), port.data(),
                    port.size(), NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    return {.host = "an unknown address"};
  return {.host = host.data(), .port = static_cast<std::uint16_t>(std::stoi(port.data()))};
}

bool is_loopback(const tcp_endpoint& endpoint) {
  if (endpoint.address.ss_family == AF_INET) {
    const auto& address = reinterpret_cast<const sockaddr_in&>(endpoint.address);
    return (ntohl(address.sin_addr.s_addr) >> 24U) == 127;
  }
  const auto& address = reinterpret_cast<const sockaddr_in6&>(endpoint.address);
  return IN6_IS_ADDR_LOOPBACK(&address.sin6_addr) != 0;
}

std::optional<tcp_endpoint> parse_endpoint(const std::string& host, std::uint16_t port) {
  int error = 0;
  const auto found = look_up(host, port, AI_NUMERICHOST, error);
  if (!found) return std::nullopt;
  return to_endpoint(*found);
}

std::vector<tcp_endpoint> resolve(const std::string& host, std::uint16_t port) {
  int error = 0;
  const auto found = look_up(host, port, 0, error);
  if (!found)
    throw failure{failure_kind::no_node, fmt::format("cannot find the host {}: {}; check its name",
                                                     host, ::gai_strerror(error))};
  std::vector<tcp_endpoint> result;
  for (const auto* each = found.get(); each != nullptr; each = each->ai_next)
    result.push_back(to_endpoint(*each));
  return result;
}

descriptor listen_at(const tcp_endpoint& endpoint) {
  auto socket = make_socket(endpoint);
  if (!socket) throw cannot_listen(endpoint, errno);
  // The port of a node that was killed can be had at once.
  set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  if (endpoint.address.ss_family == AF_INET6)
    set_option(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, 1);
  if (::bind(socket.get(), as_generic(endpoint), endpoint.size) != 0 ||
      ::listen(socket.get(), waiting_peers) != 0)
    throw cannot_listen(endpoint, errno);
  return socket;
}

tcp_endpoint local_endpoint(int socket) {
  tcp_endpoint result;
  result.size = sizeof result.address;
  if (::getsockname(socket, as_generic(result), &result.size) != 0)
    throw std::system_error{errno, std::generic_category(), "getsockname"};
  return result;
}

std::optional<accepted_peer> accept_peer(int listener) {
  tcp_endpoint from;
  from.size = sizeof from.address;
  descriptor socket{
      ::accept4(listener, as_generic(from), &from.size, SOCK_CLOEXEC | SOCK_NONBLOCK)};
  if (!socket) return std::nullopt;
  send_at_once(socket.get());
  return accepted_peer{std::move(socket), describe(from)};
}

descriptor begin_to_connect(const tcp_endpoint& endpoint) {
  auto socket = make_socket(endpoint);
  if (!socket) return socket;
  send_at_once(socket.get());
  if (::connect(socket.get(), as_generic(endpoint), endpoint.size) != 0 && errno != EINPROGRESS) {
    const int error = errno;
    socket.reset();
    errno = error;
  }
  return socket;
}

bool is_connected(int socket) {
  tcp_endpoint peer;
  peer.size = sizeof peer.address;
  return ::getpeername(socket, as_generic(peer), &peer.size) == 0;
}

int connection_error(int socket) {
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

}  // namespace troupe::network
