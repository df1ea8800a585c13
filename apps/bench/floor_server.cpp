#include "apps/bench/floor_server.hpp"

#include <cerrno>
#include <memory>
#include <thread>
#include <vector>

#include <poll.h>
#include <sys/socket.h>

#include "actors/delivery/unix_listener.hpp"
#include "apps/bench/server_result.hpp"
#include "apps/bench/stamped_frames.hpp"
#include "apps/node/process_limits.hpp"

namespace troupe::bench {
namespace {

std::vector<descriptor> accept_all(const delivery::unix_listener& door, std::size_t count) {
  std::vector<descriptor> clients;
  while (clients.size() < count) {
    pollfd waiting{.fd = door.descriptor(), .events = POLLIN, .revents = 0};
    ::poll(&waiting, 1, -1);
    if (auto client = door.accept()) clients.push_back(std::move(client));
  }
  return clients;
}

/// Whether the kernel took all of it. Where there is no pace, it is waited for.
bool send(int client, std::span<const std::byte> bytes, bool waits) {
  iovec vector{.iov_base = const_cast<std::byte*>(bytes.data()), .iov_len = bytes.size()};
  msghdr message{};
  message.msg_iov = &vector;
  message.msg_iovlen = 1;
  for (;;) {
    const auto sent = ::sendmsg(client, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) return static_cast<std::size_t>(sent) == bytes.size();
    if (errno == EAGAIN && waits) {
      pollfd room{.fd = client, .events = POLLOUT, .revents = 0};
      ::poll(&room, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
}

}  // namespace

nlohmann::json serve_floor(const stream_plan& plan) {
  raise_descriptor_limit();
  server_result result;
  const delivery::unix_listener door{plan.socket};
  stamped_frames frames{plan.packet_bytes};
  result.before_clients = process_cost::now();
  const auto clients = accept_all(door, plan.clients());
  result.began = process_cost::now();
  auto due = std::chrono::steady_clock::now();
  for (std::uint64_t i = 0; i < plan.frames; ++i) {
    if (plan.period.count() > 0) std::this_thread::sleep_until(due += plan.period);
    const auto frame = frames.next();
    for (const auto& client : clients) {
      const bool taken = send(client.get(), frame->wire_image(), plan.period.count() == 0);
      ++(taken ? result.frames_delivered : result.frames_dropped);
    }
  }
  result.ended = process_cost::now();
  return to_json(result, plan);
}

}  // namespace troupe::bench
