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

std::string how_to_start(const target& node) {
  if (const auto* control = std::get_if<control_target>(&node))
    return "start a node with: troupe-node --control " + control->path;
  return "start a node with: troupe-node --socket " + to_string(node);
}

/// A socket that is there is not asked itself: it may be one for sound, which speaks otherwise.
std::string why_absent(const target& node) {
  const auto* served = std::get_if<socket_target>(&node);
  if (served == nullptr || !is_there(served->path))
    return "there is no such socket; " + how_to_start(node);
  return fmt::format(
      "there is no control socket beside it, {0}.control; if {0} is a control socket itself, name "
      "it as control:{0}; else its node may have been started with --control off, or with "
      "--control PATH: name that as control:PATH",
      served->path);
}

failure no_answer(const target& node, int error) {
  const auto no_node = [&](const std::string& why) {
    return failure{failure_kind::no_node,
                   fmt::format("no node answers at {}: {}", to_string(node), why)};
  };
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return no_node(why_absent(node));
    case ECONNREFUSED:
      return no_node("its control socket is left over from a node that ended, or is no socket; " +
                     how_to_start(node));
    case EACCES:
    case EPERM:
      return failure{failure_kind::not_permitted,
                     fmt::format("no permission to inspect the node at {}; run as the node's user "
                                 "or as root",
                                 to_string(node))};
    case EPROTOTYPE:
      return no_node("that is a socket of another kind; give the path of a node's socket");
    case EAGAIN:
      return no_node("it is there, but takes nobody in; is it hanging?");
    default:
      return no_node(std::generic_category().message(error));
  }
}

failure gone(const target& node) {
  return {failure_kind::no_node,
          fmt::format("the node at {} hung up before it answered; it has ended, or serves other "
                      "users only",
                      to_string(node))};
}

}  // namespace

control_channel::control_channel(const std::string& socket)
    : control_channel(socket_target{socket}, socket + ".control") {}

control_channel::control_channel(const control_target& node) : control_channel(node, node.path) {}

control_channel::control_channel(target node, std::string path)
    : node_(std::move(node)),
      path_(std::move(path)),
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
  if (::connect(fresh.get(), generic, sizeof address) != 0) throw no_answer(node_, errno);
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
      throw gone(node_);
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
    if (size <= 0) throw gone(node_);
    line.append(buffer.data(), static_cast<std::size_t>(size));
    if (line.size() > longest_answer)
      throw failure{failure_kind::unknown_format,
                    fmt::format("what answers at {} says more than {} MiB in one answer; is it a "
                                "node?",
                                name(), longest_answer >> 20)};
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
      throw failure{failure_kind::no_node, "the question to " + name() + " was called off"};
    if (ready > 0) return;
    if (left <= 0ms)
      throw failure{
          failure_kind::no_node,
          fmt::format("the node at {} did not answer in time; it hangs, or the machine is "
                      "too busy",
                      name())};
  }
}

}  // namespace troupe::inspecting
