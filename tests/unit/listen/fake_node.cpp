#include "tests/unit/listen/fake_node.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace troupe::listening::test {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error{errno, std::generic_category(), what};
}

}  // namespace

std::vector<std::byte> message(wire::message_type type, unix_time timestamp,
                               std::span<const std::byte> payload) {
  std::vector<std::byte> bytes(wire::header_size);
  wire::encode_header({type, static_cast<std::uint32_t>(payload.size()), timestamp},
                      std::span{bytes}.first<wire::header_size>());
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  return bytes;
}

fake_node::fake_node(const std::string& path) : listener_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
  // What the client logs of this node would only hide a test's own words.
  spdlog::set_level(spdlog::level::off);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ::unlink(path.c_str());
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (::bind(listener_.get(), generic, sizeof address) != 0) fail("bind");
  if (::listen(listener_.get(), 8) != 0) fail("listen");
}

void fake_node::accept() {
  pollfd waiting{.fd = listener_.get(), .events = POLLIN, .revents = 0};
  if (::poll(&waiting, 1, 5000) != 1) throw std::runtime_error{"no client came"};
  client_ = descriptor{::accept(listener_.get(), nullptr, nullptr)};
  if (!client_) fail("accept");
}

void fake_node::send(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto count = ::send(client_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0) fail("send");
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

std::vector<std::byte> fake_node::take_received() {
  std::array<std::byte, 4096> buffer{};
  const auto count = ::recv(client_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (count <= 0) return {};
  return {buffer.begin(), buffer.begin() + count};
}

bool fake_node::client_left() const {
  pollfd waiting{.fd = client_.get(), .events = 0, .revents = 0};
  return ::poll(&waiting, 1, 0) == 1 && (waiting.revents & POLLHUP) != 0;
}

}  // namespace troupe::listening::test
