#include "tests/unit/inspect/web/plain_visitor.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

namespace troupe::inspecting::test {

plain_visitor::plain_visitor(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::system_error{errno, std::generic_category(), "connect"};
}

void plain_visitor::say(std::string_view text) const {
  while (!text.empty()) {
    const auto sent = ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void plain_visitor::stop_talking() const { ::shutdown(socket_.get(), SHUT_WR); }

std::string plain_visitor::hear_all() const {
  constexpr int patience_ms = 5000;
  std::string heard;
  std::array<char, 4096> buffer;
  for (;;) {
    pollfd waited{socket_.get(), POLLIN, 0};
    if (::poll(&waited, 1, patience_ms) != 1) return heard;
    const auto size = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (size <= 0) return heard;
    heard.append(buffer.data(), static_cast<std::size_t>(size));
  }
}

}  // namespace troupe::inspecting::test
