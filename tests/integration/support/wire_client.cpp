#include "tests/integration/support/wire_client.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace troupe::test {
namespace {

using clock = std::chrono::steady_clock;

constexpr std::size_t header_size = 17;
constexpr std::uint32_t largest_payload = 4096;
constexpr std::array<std::uint8_t, 4> magic{0x55, 0x4F, 0x4B, 0x4A};

std::string system_message(const std::string& what) {
  return what + ": " + std::generic_category().message(errno);
}

template <class Number>
void append(octets& out, Number value) {
  for (std::size_t i = 0; i < sizeof(Number); ++i)
    out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

std::uint64_t number_at(std::span<const std::uint8_t> bytes, std::size_t offset, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value |= std::uint64_t{bytes[offset + i]} << (8 * i);
  return value;
}

/// Waits until `events` are there or the deadline has passed; true in the first case.
bool wait_for(int descriptor, short events, clock::time_point until) {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock::now());
    pollfd entry{.fd = descriptor, .events = events, .revents = 0};
    const auto count = ::poll(&entry, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (count > 0) return true;
    if (count == 0) return false;
    if (errno != EINTR) throw wire_failure{system_message("poll")};
  }
}

/// Connects once. Returns -1 with errno set when that fails.
int connect_once(const sockaddr_un& address) {
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -1;
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (::connect(descriptor, generic, sizeof(address)) == 0) return descriptor;
  const int error = errno;
  ::close(descriptor);
  errno = error;
  return -1;
}

int connect_until(const std::filesystem::path& path, clock::time_point until) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto& name = path.native();
  if (name.size() >= sizeof(address.sun_path)) throw wire_failure{"path too long: " + name};
  std::memcpy(address.sun_path, name.c_str(), name.size() + 1);
  while (true) {
    const int descriptor = connect_once(address);
    if (descriptor >= 0) return descriptor;
    const bool may_come = errno == ENOENT || errno == ECONNREFUSED || errno == EAGAIN;
    if (!may_come || clock::now() >= until) throw wire_failure{system_message("connect " + name)};
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
}

}  // namespace

octets wire_bytes(std::uint8_t type, const octets& payload, std::int64_t timestamp,
                  std::optional<std::uint32_t> length) {
  octets result{magic.begin(), magic.end()};
  result.push_back(type);
  append(result, length.value_or(static_cast<std::uint32_t>(payload.size())));
  append(result, static_cast<std::uint64_t>(timestamp));
  result.insert(result.end(), payload.begin(), payload.end());
  return result;
}

wire_config read_config(const wire_message& message) {
  if (message.type != wire_type::config) throw wire_failure{"not a config message"};
  if (message.payload.size() != 12) throw wire_failure{"a config's payload is not 12 bytes long"};
  const auto number = [&](std::size_t offset) {
    return static_cast<std::uint32_t>(number_at(message.payload, offset, 4));
  };
  return {.sample_rate = number(0), .channels = number(4), .frame_size = number(8)};
}

wire_client::wire_client(const std::filesystem::path& socket_path, milliseconds timeout)
    : descriptor_(connect_until(socket_path, clock::now() + timeout)), timeout_(timeout) {}

wire_client::wire_client(int connected_descriptor, milliseconds timeout)
    : descriptor_(connected_descriptor), timeout_(timeout) {}

wire_client::wire_client(wire_client&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      timeout_(other.timeout_),
      bytewise_(other.bytewise_) {}

wire_client::~wire_client() { close(); }

void wire_client::shrink_receive_buffer(int bytes) {
  if (::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes)) != 0)
    throw wire_failure{system_message("SO_RCVBUF")};
}

std::size_t wire_client::read_some(std::span<std::uint8_t> out, deadline until) {
  const auto wanted = bytewise_ ? std::min<std::size_t>(out.size(), 1) : out.size();
  while (true) {
    if (!wait_for(descriptor_, POLLIN, until))
      throw wire_failure{"nothing came within the timeout"};
    const auto count = ::recv(descriptor_, out.data(), wanted, 0);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == ECONNRESET) return 0;
    if (errno != EINTR) throw wire_failure{system_message("recv")};
  }
}

std::size_t wire_client::read_fully(std::span<std::uint8_t> out, deadline until) {
  std::size_t filled = 0;
  while (filled < out.size()) {
    const auto count = read_some(out.subspan(filled), until);
    if (count == 0) break;
    filled += count;
  }
  return filled;
}

std::optional<wire_message> wire_client::read_message() {
  const auto until = from_now();
  wire_message message;
  message.raw.resize(header_size);
  const auto header_bytes = read_fully(message.raw, until);
  if (header_bytes == 0) return std::nullopt;
  if (header_bytes < header_size) throw wire_failure{"the connection ended inside a header"};
  if (!std::equal(magic.begin(), magic.end(), message.raw.begin()))
    throw wire_failure{"the magic is wrong"};
  message.type = message.raw[4];
  if (message.type > wire_type::ack) throw wire_failure{"the type is unknown"};
  const auto length = static_cast<std::uint32_t>(number_at(message.raw, 5, 4));
  if (length > largest_payload) throw wire_failure{"the length is over 4096"};
  message.timestamp = static_cast<std::int64_t>(number_at(message.raw, 9, 8));
  message.raw.resize(header_size + length);
  const auto payload = std::span{message.raw}.subspan(header_size);
  if (read_fully(payload, until) < length)
    throw wire_failure{"the connection ended inside a payload"};
  message.payload.assign(payload.begin(), payload.end());
  return message;
}

wire_message wire_client::read_until(std::uint8_t type) {
  for (int i = 0; i < 10'000; ++i) {
    auto message = read_message();
    if (!message) throw wire_failure{"the connection ended"};
    if (message->type == type) return *std::move(message);
  }
  throw wire_failure{"10,000 messages, and none of type " + std::to_string(type)};
}

octets wire_client::read_bytes(std::size_t size) {
  octets result(size);
  result.resize(read_fully(result, from_now()));
  return result;
}

bool wire_client::closes_within(milliseconds limit) {
  const auto until = clock::now() + limit;
  octets discarded(65'536);
  while (wait_for(descriptor_, POLLIN, until)) {
    if (read_some(discarded, until) == 0) return true;
    if (clock::now() >= until) return false;
  }
  return false;
}

bool wire_client::readable_within(milliseconds limit) const {
  return wait_for(descriptor_, POLLIN, clock::now() + limit);
}

bool wire_client::try_send(std::span<const std::uint8_t> bytes) {
  const auto until = from_now();
  while (!bytes.empty()) {
    if (!wait_for(descriptor_, POLLOUT, until)) throw wire_failure{"the server takes no bytes"};
    const auto count = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    } else if (errno == EPIPE || errno == ECONNRESET) {
      return false;
    } else if (errno != EINTR && errno != EAGAIN) {
      throw wire_failure{system_message("send")};
    }
  }
  return true;
}

void wire_client::send(std::span<const std::uint8_t> bytes) {
  if (!try_send(bytes)) throw wire_failure{"the server has closed the connection"};
}

void wire_client::send_message(std::uint8_t type, const octets& payload) {
  send(wire_bytes(type, payload));
}

void wire_client::send_config(const wire_config& config) {
  octets payload;
  append(payload, config.sample_rate);
  append(payload, config.channels);
  append(payload, config.frame_size);
  send_message(wire_type::config, payload);
}

void wire_client::half_close() { ::shutdown(descriptor_, SHUT_WR); }

void wire_client::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

}  // namespace troupe::test
