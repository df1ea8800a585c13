#include "apps/common/order_line.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

namespace troupe {

order_line::order_line(const std::string& path, std::chrono::seconds patience)
    : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const timeval limit{.tv_sec = patience.count(), .tv_usec = 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::system_error{errno, std::generic_category(), "nobody takes orders at " + path};
}

std::string order_line::order(const std::string& line) {
  const auto sent = line + '\n';
  if (::send(socket_.get(), sent.data(), sent.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(sent.size()))
    throw std::runtime_error{"the order \"" + line + "\" was not taken"};
  std::string answer;
  std::array<char, 4096> buffer;
  while (!answer.ends_with('\n')) {
    const auto size = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (size <= 0) throw std::runtime_error{"the order \"" + line + "\" was not answered"};
    answer.append(buffer.data(), static_cast<std::size_t>(size));
  }
  answer.pop_back();
  return answer;
}

}  // namespace troupe
