#include "tests/integration/support/loopback.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "tests/integration/support/child_process.hpp"
#include "tests/integration/support/eventually.hpp"

namespace troupe::test {
namespace {

sockaddr_in loopback(int port) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  result.sin_port = ::htons(static_cast<std::uint16_t>(port));
  return result;
}

int make_socket() { return ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); }

[[noreturn]] void fail(const char* what) {
  throw child_failure{std::string{what} + ": " + std::generic_category().message(errno)};
}

}  // namespace

int free_port() {
  const int socket = make_socket();
  auto address = loopback(0);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket, generic, size) != 0 || ::getsockname(socket, generic, &size) != 0)
    fail("there is no port");
  ::close(socket);
  return ::ntohs(address.sin_port);
}

std::string at(int port) { return "127.0.0.1:" + std::to_string(port); }
std::string link_to(int port) { return "troupe://" + at(port); }

plain_peer::plain_peer(int port) : socket_(make_socket()) {
  const auto address = loopback(port);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    fail("no connection");
}

plain_peer::~plain_peer() { ::close(socket_); }

void plain_peer::say(const std::string& what) const {
  static_cast<void>(::send(socket_, what.data(), what.size(), MSG_NOSIGNAL));
}

bool plain_peer::is_ended_within(std::chrono::milliseconds limit) const {
  const timeval patience{.tv_sec = 0, .tv_usec = 20'000};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return eventually(
      [&] {
        std::array<char, 4096> buffer;
        const auto count = ::recv(socket_, buffer.data(), buffer.size(), 0);
        return count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
      },
      limit);
}

}  // namespace troupe::test
