#pragma once

#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <caf/all.hpp>
#include <caf/io/basp/header.hpp>
#include <doctest/doctest.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "actors/network/tcp_socket.hpp"
#include "actors/runtime/actor_system.hpp"
#include "protocol/descriptor.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::test {

/// A peer that speaks CAF's language of networks (BASP, as CAF 0.17 has it) with bytes of the
/// test's own: it says what it likes, and reads when it likes.
class raw_peer {
 public:
  /// Connects to a port of loopback, and greets as a node. Its kernel takes little for it.
  explicit raw_peer(std::uint16_t port) {
    const auto endpoint = network::parse_endpoint("127.0.0.1", port).value();
    socket_ = descriptor{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const int little = 4096;
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
    const timeval patience{.tv_sec = 5, .tv_usec = 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    REQUIRE(::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&endpoint.address),
                      endpoint.size) == 0);
    learn_address();
    say(caf::io::basp::message_type::client_handshake, bytes_of(some_node()));
  }

  /// To the actor that is published at the port, as its actor `speaker`.
  void say(const caf::message& words, std::uint64_t number = 1, std::uint64_t speaker = 7) {
    say(caf::io::basp::message_type::direct_message,
        bytes_of(std::vector<caf::strong_actor_ptr>{}, words), number, speaker, address_);
  }
  void beat() { say(caf::io::basp::message_type::heartbeat, {}); }
  void say_bytes(const std::string& bytes) const {
    static_cast<void>(::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL));
  }

  /// Whether the node ends the connection within `limit`, while this beats and reads nothing.
  [[nodiscard]] bool is_ended_within(std::chrono::milliseconds limit) {
    const auto until = std::chrono::steady_clock::now() + limit;
    while (!is_ended() && std::chrono::steady_clock::now() < until) {
      beat();
      std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
    return is_ended();
  }
  /// Whether the node has ended the connection, whatever is still to be read.
  [[nodiscard]] bool is_ended() const {
    tcp_info info{};
    socklen_t size = sizeof info;
    ::getsockopt(socket_.get(), IPPROTO_TCP, TCP_INFO, &info, &size);
    return info.tcpi_state != TCP_ESTABLISHED;
  }

 private:
  /// Another one each time.
  static caf::node_id some_node() {
    static std::uint32_t last = 1'000'000;
    return caf::make_node_id(++last, {1});
  }

  template <class... Values>
  std::string bytes_of(Values... values) {
    std::vector<char> bytes;
    caf::binary_serializer sink{system_, bytes};
    REQUIRE_FALSE(sink(values...));
    return {bytes.begin(), bytes.end()};
  }

  void say(caf::io::basp::message_type operation, const std::string& payload,
           std::uint64_t number = 0, std::uint64_t from = 0, std::uint64_t to = 0) {
    say_bytes(bytes_of(caf::io::basp::header{
                  operation, 0, static_cast<std::uint32_t>(payload.size()), number, from, to}) +
              payload);
  }

  std::vector<char> read(std::size_t size) const {
    std::vector<char> result(size);
    REQUIRE(::recv(socket_.get(), result.data(), size, MSG_WAITALL) == static_cast<ssize_t>(size));
    return result;
  }

  /// From the node's greeting.
  void learn_address() {
    auto bytes = read(caf::io::basp::header_size);
    caf::io::basp::header greeting{};
    caf::binary_deserializer source{system_, bytes};
    REQUIRE_FALSE(source(greeting));
    bytes = read(greeting.payload_len);
    caf::node_id node;
    std::vector<std::string> applications;
    std::set<std::string> interface;
    caf::binary_deserializer payload{system_, bytes};
    REQUIRE_FALSE(payload(node, applications, address_, interface));
  }

  runtime::node_system_config config_;
  caf::actor_system system_{config_};  ///< knows how things are written
  descriptor socket_;
  std::uint64_t address_ = 0;  ///< of the actor that is published
};

}  // namespace troupe::test
