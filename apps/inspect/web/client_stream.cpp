#include "apps/inspect/web/client_stream.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <poll.h>
#include <sys/socket.h>

namespace troupe::inspecting::web {

client_stream::client_stream(int socket, std::string received, int ending)
    : socket_(socket),
      received_(std::move(received)),
      ending_(ending),
      deadline_(std::chrono::steady_clock::now() + longest_request) {}

bool client_stream::wait_for(short event, steady_time deadline) const {
  std::array<pollfd, 2> both{{{socket_, event, 0}, {ending_, POLLIN, 0}}};
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left <= left.zero()) return false;
    const auto ready = ::poll(both.data(), both.size(), static_cast<int>(left.count()));
    if (ready < 0 && errno == EINTR) continue;
    return ready > 0 && both[1].revents == 0;
  }
}

bool client_stream::is_readable() const {
  return taken_ < received_.size() || wait_for(POLLIN, deadline_);
}

bool client_stream::is_writable() const {
  pollfd end{socket_, POLLRDHUP, 0};
  return ::poll(&end, 1, 0) == 0;
}

ssize_t client_stream::read(char* target, size_t size) {
  if (taken_ < received_.size()) {
    const auto copied = received_.copy(target, size, taken_);
    taken_ += copied;
    return static_cast<ssize_t>(copied);
  }
  for (;;) {
    const auto read = ::recv(socket_, target, size, MSG_DONTWAIT);
    if (read >= 0 || (errno != EAGAIN && errno != EINTR)) return read;
    if (!wait_for(POLLIN, deadline_)) return -1;
  }
}

ssize_t client_stream::write(const char* source, size_t size) {
  for (;;) {
    const auto sent = ::send(socket_, source, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0 || (errno != EAGAIN && errno != EINTR)) return sent;
    if (!wait_for(POLLOUT, std::chrono::steady_clock::now() + longest_standstill)) return -1;
  }
}

// Only this machine's own browsers come here.
void client_stream::get_remote_ip_and_port(std::string& address, int& port) const {
  address = "loopback";
  port = 0;
}

void client_stream::get_local_ip_and_port(std::string& address, int& port) const {
  address = "loopback";
  port = 0;
}

}  // namespace troupe::inspecting::web
