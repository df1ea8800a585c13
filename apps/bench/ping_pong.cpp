#include "apps/bench/ping_pong.hpp"

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <span>
#include <system_error>
#include <thread>
#include <vector>

#include <poll.h>
#include <sys/socket.h>

#include "actors/network/tcp_socket.hpp"
#include "actors/telemetry/latency_histogram.hpp"
#include "apps/bench/latency_figures.hpp"
#include "apps/bench/system_failure.hpp"
#include "protocol/wire.hpp"

namespace troupe::bench {
namespace {

void wait_for(int socket, short event) {
  pollfd waiting{.fd = socket, .events = event, .revents = 0};
  ::poll(&waiting, 1, -1);
}

/// Returns false at the end of the stream.
bool receive(int socket, std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const auto count = ::recv(socket, bytes.data(), bytes.size(), 0);
    if (count == 0) return false;
    if (count > 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      wait_for(socket, POLLIN);
    } else if (errno != EINTR) {
      fail("recv");
    }
  }
  return true;
}

void send(int socket, std::span<const std::byte> bytes) {
  if (::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(bytes.size()))
    fail("send");
}

std::vector<std::byte> message_of(const stream_plan& plan) {
  return std::vector<std::byte>(plan.packet_bytes + wire::header_size);
}

descriptor connect_to(const node_address& address) {
  auto socket = network::begin_to_connect(*network::parse_endpoint(address.host, address.port));
  if (!socket) fail("connect");
  wait_for(socket.get(), POLLOUT);
  if (const int error = network::connection_error(socket.get()))
    throw std::system_error{error, std::generic_category(), "connect"};
  return socket;
}

}  // namespace

nlohmann::json echo(const descriptor& listener) {
  wait_for(listener.get(), POLLIN);
  const auto peer = network::accept_peer(listener.get());
  if (!peer) fail("accept");
  std::vector<std::byte> bytes(wire::max_payload_size);
  for (;;) {
    const auto count = ::recv(peer->socket.get(), bytes.data(), bytes.size(), 0);
    if (count == 0) return nlohmann::json::object();
    if (count > 0) {
      send(peer->socket.get(), std::span{bytes}.first(static_cast<std::size_t>(count)));
    } else if (errno == EAGAIN) {
      wait_for(peer->socket.get(), POLLIN);
    } else if (errno != EINTR) {
      fail("recv");
    }
  }
}

nlohmann::json ping(const stream_plan& plan) {
  const auto socket = connect_to(plan.link.value());
  auto message = message_of(plan);
  telemetry::latency_histogram round_trips;
  auto due = std::chrono::steady_clock::now();
  for (std::uint64_t i = 0; i < plan.frames; ++i) {
    std::this_thread::sleep_until(due += plan.period);
    const auto sent = std::chrono::steady_clock::now();
    send(socket.get(), message);
    if (!receive(socket.get(), message)) break;
    round_trips.record(std::chrono::steady_clock::now() - sent);
  }
  return latency_figures(round_trips);
}

}  // namespace troupe::bench
