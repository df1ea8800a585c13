#include "apps/listen/socket_client.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>
#include <variant>

#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "apps/listen/connect_backoff.hpp"
#include "protocol/wire.hpp"

namespace troupe::listening {
namespace {

using namespace std::chrono_literals;

/// A node that talks sends something each second.
constexpr auto longest_silence = 3s;
/// A connection that lasted so long was a good one: after it, the tries are counted anew.
constexpr auto good_connection = 1s;
constexpr std::size_t read_size = 65'536;

/// Whole seconds would do; far away, but not so far that a sum with it overflows.
constexpr auto never = std::chrono::hours{24 * 365};

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  // The last byte is the closing zero's.
  constexpr auto longest = sizeof address.sun_path - 1;
  if (path.empty() || path.size() > longest || path.find('\0') != std::string::npos)
    throw failure{failure_kind::bad_value, "\"" + path +
                                               "\" cannot be a socket's path: it needs 1 to " +
                                               std::to_string(longest) + " bytes, and this has " +
                                               std::to_string(path.size())};
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

/// Returns 0 or the error.
int connect_to(const std::string& path, descriptor& socket) {
  const auto address = address_of(path);
  descriptor fresh{::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!fresh) return errno;
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (::connect(fresh.get(), generic, sizeof address) != 0) return errno;
  socket = std::move(fresh);
  return 0;
}

bool is_socket(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) != 0 || S_ISSOCK(status.st_mode);
}

failure no_answer(const std::string& path, int error) {
  const auto start_one = "; start a node with: troupe-node --socket " + path;
  const auto no_node = [&](const std::string& why) {
    return failure{failure_kind::no_node, "no node answers at " + path + ": " + why};
  };
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return no_node("there is no such socket" + start_one);
    case ECONNREFUSED:
      if (!is_socket(path)) return no_node("that is no socket; give the path of a node's socket");
      return no_node("the socket is left over from a node that ended" + start_one);
    case EACCES:
    case EPERM:
      return failure{failure_kind::not_permitted,
                     "no permission to connect to " + path +
                         "; run as the node's user, or as a member of the socket's group"};
    case EPROTOTYPE:
      return no_node("that is a socket of another kind; give the path of a node's socket");
    case EAGAIN:
      return no_node("it is there, but takes no more clients in; is it hanging?");
    default:
      return no_node(std::generic_category().message(error));
  }
}

bool is_usable(const stream_format& format) {
  return format.sample_rate_hz > 0 && format.channels >= 1 && format.channels <= 2 &&
         format.frame_size > 0;
}

}  // namespace

socket_client::socket_client(socket_client_settings settings, node_observer& observer)
    : settings_(std::move(settings)), observer_(observer), randomness_(std::random_device{}()) {
  static_cast<void>(address_of(settings_.path));
}

failure socket_client::refusal() const { return no_answer(settings_.path, last_error_); }

pollfd socket_client::interest() const {
  return {.fd = socket_.get(), .events = POLLIN, .revents = 0};
}

void socket_client::advance(steady_time now) {
  if (connected()) {
    receive(now);
    if (connected() && now >= deadline_) lose("it fell silent", now);
  } else if (now >= deadline_) {
    try_to_connect(now);
  }
}

void socket_client::try_to_connect(steady_time now) {
  const int error = connect_to(settings_.path, socket_);
  if (error == 0) {
    start_connection(now);
  } else {
    connection_failed(error, now);
  }
}

void socket_client::start_connection(steady_time now) {
  if (reached_) ++counters_.reconnects;
  spdlog::info("{} {}", reached_ ? "connected again to" : "connected to", settings_.path);
  reached_ = true;
  node_talks_ = false;
  parser_ = wire::parser{};
  connected_since_ = now;
  deadline_ = now + never;
  if (settings_.talks && !introduce_ourselves()) lose("it takes no message", now);
}

bool socket_client::introduce_ourselves() {
  return say(wire::control_message::config(stream_format{}, unix_now()));
}

/// Whether the node took it.
bool socket_client::say(const wire::control_message& message) {
  const auto bytes = message.bytes();
  const auto sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  // What a node sent before it hung up is still to be read: the end comes after it.
  const bool hung_up = sent < 0 && (errno == EPIPE || errno == ECONNRESET);
  return hung_up || sent == static_cast<ssize_t>(bytes.size());
}

/// So that the node knows how long its frames take to us. A node that takes no more words from us
/// may still send: it goes without.
void socket_client::acknowledge(unix_time captured, steady_time now) {
  if (!node_talks_ || now - acknowledged_ < acknowledge_interval) return;
  acknowledged_ = now;
  static_cast<void>(say(wire::control_message::ack(captured)));
}

void socket_client::connection_failed(int error, steady_time now) {
  ++failed_tries_;
  last_error_ = error;
  if (!reached_ && failed_tries_ >= tries_for_first_connection) throw refusal();
  const auto delay = delay_after(failed_tries_);
  deadline_ = now + (reached_ ? with_jitter(delay, randomness_) : delay);
  spdlog::debug("try {} to connect to {}: {}", failed_tries_, settings_.path,
                std::generic_category().message(error));
}

void socket_client::receive(steady_time now) {
  std::array<std::byte, read_size> buffer;
  const auto size = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  // A node that ends without having read what we said resets the connection.
  const bool ended = size == 0 || (size < 0 && errno == ECONNRESET);
  if (size < 0 && !ended) return lose(std::generic_category().message(errno), now);
  if (ended)
    return lose(parser_.in_message() ? "it ended in the middle of a message" : "it ended", now);
  counters_.bytes += static_cast<std::uint64_t>(size);
  if (node_talks_) deadline_ = now + longest_silence;
  read_messages({buffer.data(), static_cast<std::size_t>(size)}, now);
}

void socket_client::read_messages(std::span<const std::byte> input, steady_time now) {
  const auto received = unix_now();
  while (connected() && !input.empty()) {
    const auto result = parser_.next(input);
    if (const auto* message = std::get_if<wire::message_view>(&result)) {
      handle(*message, received, now);
    } else if (const auto* error = std::get_if<wire::parse_error>(&result)) {
      protocol_error(to_string(*error), now);
    }
  }
}

void socket_client::handle(const wire::message_view& message, unix_time received, steady_time now) {
  switch (message.header.type) {
    case wire::message_type::opus_frame:
      acknowledge(message.header.timestamp, now);
      observer_.on_packet({message.payload, message.header.timestamp, received, now});
      return;
    case wire::message_type::config: {
      const auto format = wire::decode_config(message.payload.first<wire::config_payload_size>());
      if (!is_usable(format)) return protocol_error("a config that cannot be", now);
      node_talks_ = true;
      deadline_ = now + longest_silence;
      observer_.on_format(format);
      return;
    }
    case wire::message_type::stop:
      ++counters_.stops;
      spdlog::info("the node at {} stopped in good order", settings_.path);
      return disconnect(now);
    case wire::message_type::heartbeat:
      ++counters_.heartbeats;
      return;
    case wire::message_type::ack:
      ++counters_.acks;
      return;
  }
}

void socket_client::protocol_error(std::string_view what, steady_time now) {
  ++counters_.protocol_errors;
  lose("it broke the protocol: " + std::string{what}, now);
}

void socket_client::lose(std::string_view reason, steady_time now) {
  spdlog::warn("lost the node at {}: {}", settings_.path, reason);
  disconnect(now);
}

void socket_client::disconnect(steady_time now) {
  socket_.reset();
  failed_tries_ = now - connected_since_ >= good_connection ? 1 : failed_tries_ + 1;
  deadline_ = now + with_jitter(delay_after(failed_tries_), randomness_);
  observer_.on_lost();
}

}  // namespace troupe::listening
