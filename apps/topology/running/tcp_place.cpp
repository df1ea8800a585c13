#include "apps/topology/running/tcp_place.hpp"

#include <array>
#include <cerrno>
#include <random>
#include <stdexcept>
#include <system_error>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace troupe::topology {
namespace {

constexpr int kernel_buffer = 16 * 1024;
constexpr int most_unaccepted = 64;
/// Linux gives ports above these to connections.
constexpr std::uint16_t first_port = 20'000;
constexpr std::uint16_t last_port = 32'000;
constexpr int most_tries = 1000;

void check(int result, const char* what) {
  if (result < 0) throw std::system_error{errno, std::generic_category(), what};
}

void set_option(const descriptor& socket, int level, int name, int value) {
  ::setsockopt(socket.get(), level, name, &value, sizeof value);
}

bool bind_to(const descriptor& socket, const tcp_place& place) {
  const auto address = address_of(place);
  return ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace

std::string to_string(const tcp_place& place) {
  return fmt::format("{}:{}", place.host, place.port);
}

sockaddr_in address_of(const tcp_place& place) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_port = htons(place.port);
  if (::inet_pton(AF_INET, place.host.c_str(), &result.sin_addr) != 1)
    throw std::invalid_argument{place.host + " is no IPv4 address"};
  return result;
}

descriptor make_tcp_socket() {
  descriptor result{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  check(result.get(), "socket");
  set_option(result, SOL_SOCKET, SO_RCVBUF, kernel_buffer);
  send_at_once(result);
  return result;
}

void send_at_once(const descriptor& socket) { set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1); }

descriptor listen_on_loopback() {
  auto result = make_tcp_socket();
  check(bind_to(result, {.host = "127.0.0.1", .port = 0}) ? 0 : -1, "bind");
  check(::listen(result.get(), most_unaccepted), "listen");
  return result;
}

tcp_place place_of(const descriptor& socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  check(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
  std::array<char, INET_ADDRSTRLEN> host{};
  ::inet_ntop(AF_INET, &address.sin_addr, host.data(), host.size());
  return {.host = host.data(), .port = ntohs(address.sin_port)};
}

tcp_place free_loopback_place() {
  std::random_device random;
  std::uniform_int_distribution<std::uint16_t> ports{first_port, last_port};
  for (int tries = 0; tries < most_tries; ++tries) {
    tcp_place place{.host = "127.0.0.1", .port = ports(random)};
    if (bind_to(make_tcp_socket(), place)) return place;
  }
  throw std::system_error{EADDRINUSE, std::generic_category(), "no port of loopback is free"};
}

}  // namespace troupe::topology
