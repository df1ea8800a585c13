#include "apps/inspect/control_channel.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "protocol/failure.hpp"

namespace troupe::inspecting {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t read_size = 65'536;

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  // The last byte is the closing zero's.
  constexpr auto longest = sizeof address.sun_path - 1;
  if (path.size() > longest || path.find('\0') != std::string::npos)
    throw failure{
        failure_kind::bad_value,
        fmt::format("\"{}\" cannot be a socket's path: it may have {} bytes, and this has "
                    "{}",
                    path, longest, path.size())};
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

bool is_there(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0;
}

std::string why_absent(const std::string& socket) {
  if (!is_there(socket))
    return "there is no such socket; start a node with: troupe-node --socket " + socket;
  return "it has no control socket beside it, " + socket +
         ".control; is it a node's socket, and of a version that can be inspected?";
}

failure no_answer(const std::string& socket, int error) {
  const auto no_node = [&](const std::string& why) {
    return failure{failure_kind::no_node, fmt::format("no node answers at {}: {}", socket, why)};
  };
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return no_node(why_absent(socket));
    case ECONNREFUSED:
      return no_node(
          "its control socket is left over from a node that ended, or is no socket; "
          "start a node with: troupe-node --socket " +
          socket);
    case EACCES:
    case EPERM:
      return failure{failure_kind::not_permitted,
                     fmt::format("no permission to inspect the node at {}; run as the node's user "
                                 "or as root",
                                 socket)};
    case EPROTOTYPE:
      return no_node("that is a socket of another kind; give the path of a node's socket");
    case EAGAIN:
      return no_node("it is there, but takes nobody in; is it hanging?");
    default:
      return no_node(std::generic_category().message(error));
  }
}

failure gone(const std::string& socket) {
  return {failure_kind::no_node,
          fmt::format("the node at {} hung up before it answered; it has ended, or serves other "
                      "users only",
                      socket)};
}

}  // namespace

control_channel::control_channel(std::string socket)
    : socket_(std::move(socket)),
      path_(socket_ + ".control"),
      interruption_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!interruption_) throw std::system_error{errno, std::generic_category(), "eventfd"};
  static_cast<void>(address_of(path_));
}

void control_channel::interrupt() {
  const std::uint64_t once = 1;
  // It can fail only where it has been done very often.
  static_cast<void>(!::write(interruption_.get(), &once, sizeof once));
}

std::string control_channel::exchange(const std::string& question,
                                      std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  try {
    if (!connection_) connect();
    send(question + '\n', deadline);
    return receive_line(deadline);
  } catch (...) {
    // What comes late would be taken for the next answer.
    connection_.reset();
    throw;
  }
}

void control_channel::connect() {
  const auto address = address_of(path_);
  descriptor fresh{::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!fresh) throw std::system_error{errno, std::generic_category(), "socket"};
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (::connect(fresh.get(), generic, sizeof address) != 0) throw no_answer(socket_, errno);
  connection_ = std::move(fresh);
}

void control_channel::send(std::string_view text, steady_time deadline) {
  while (!text.empty()) {
    const auto sent = ::send(connection_.get(), text.data(), text.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      text.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      wait_for(POLLOUT, deadline);
    } else if (errno != EINTR) {
      throw gone(socket_);
    }
  }
}

std::string control_channel::receive_line(steady_time deadline) {
  std::string line;
  std::array<char, read_size> buffer;
  while (!line.ends_with('\n')) {
    wait_for(POLLIN, deadline);
    const auto size = ::recv(connection_.get(), buffer.data(), buffer.size(), 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (size <= 0) throw gone(socket_);
    line.append(buffer.data(), static_cast<std::size_t>(size));
    if (line.size() > longest_answer)
      throw failure{failure_kind::unknown_format,
                    fmt::format("what answers at {} says more than {} MiB in one answer; is it a "
                                "node?",
                                socket_, longest_answer >> 20)};
  }
  line.pop_back();
  return line;
}

void control_channel::wait_for(short events, steady_time deadline) const {
  std::array<pollfd, 2> awaited{{{.fd = connection_.get(), .events = events, .revents = 0},
                                 {.fd = interruption_.get(), .events = POLLIN, .revents = 0}}};
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    const int ready =
        ::poll(awaited.data(), awaited.size(), static_cast<int>(std::max(left, 0ms).count()));
    if (ready < 0 && errno != EINTR)
      throw std::system_error{errno, std::generic_category(), "poll"};
    if (ready > 0 && awaited[1].revents != 0)
      throw failure{failure_kind::no_node, "the question to " + socket_ + " was called off"};
    if (ready > 0) return;
    if (left <= 0ms)
      throw failure{
          failure_kind::no_node,
          fmt::format("the node at {} did not answer in time; it hangs, or the machine is "
                      "too busy",
                      socket_)};
  }
}

}  // namespace troupe::inspecting
