#include "tests/integration/support/fault_client.hpp"

#include <array>
#include <cstring>
#include <stdexcept>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/integration/support/wire_client.hpp"

namespace troupe::test {

fault_client::fault_client(const std::filesystem::path& node_socket)
    : descriptor_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const auto path = node_socket.string() + ".faults";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const int error = errno;
    ::close(descriptor_);
    throw wire_failure{"nobody takes orders for faults at " + path + ": " + std::strerror(error)};
  }
}

fault_client::~fault_client() { ::close(descriptor_); }

std::string fault_client::order(const std::string& line) {
  const auto sent = line + '\n';
  if (::send(descriptor_, sent.data(), sent.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(sent.size()))
    throw wire_failure{"the order \"" + line + "\" was not taken"};
  std::string answer;
  std::array<char, 4096> buffer;
  while (!answer.ends_with('\n')) {
    const auto size = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
    if (size <= 0) throw wire_failure{"the order \"" + line + "\" was not answered"};
    answer.append(buffer.data(), static_cast<std::size_t>(size));
  }
  answer.pop_back();
  return answer;
}

nlohmann::json fault_client::status() { return nlohmann::json::parse(order("status")); }

std::uint64_t fault_client::restarts() {
  const auto now = status();
  std::uint64_t sum = 0;
  for (const auto& actor : now["actors"]) sum += actor["restarts"].get<std::uint64_t>();
  return sum;
}

}  // namespace troupe::test
