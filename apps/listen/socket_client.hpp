#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>

#include "apps/listen/node_client.hpp"
#include "protocol/clock.hpp"
#include "protocol/descriptor.hpp"
#include "protocol/failure.hpp"
#include "protocol/stream_format.hpp"
#include "protocol/wire_parser.hpp"

namespace troupe::listening {

struct socket_client_settings {
  std::string path;
  /// Whether to say something, so that the node tells its format, that it is alive, and its end.
  bool talks = true;
};

/// To a node at a Unix socket.
class socket_client final : public node_client {
 public:
  /// A node that talks hears so often that its frames arrive.
  static constexpr std::chrono::seconds acknowledge_interval{1};

  /// The observer outlives the client. Throws failure{bad_value} if no socket can have that path.
  socket_client(socket_client_settings settings, node_observer& observer);

  [[nodiscard]] pollfd interest() const override;

  [[nodiscard]] steady_time deadline() const override { return deadline_; }

  void advance(steady_time now) override;

  [[nodiscard]] bool connected() const override { return static_cast<bool>(socket_); }
  [[nodiscard]] bool reached() const override { return reached_; }
  [[nodiscard]] failure refusal() const override;
  [[nodiscard]] const node_client_counters& counters() const override { return counters_; }

 private:
  void try_to_connect(steady_time now);
  void start_connection(steady_time now);
  /// The config by which a client shows that it talks. False when the node takes no message.
  bool introduce_ourselves();
  bool say(const wire::control_message& message);
  void acknowledge(unix_time captured, steady_time now);
  void connection_failed(int error, steady_time now);
  void receive(steady_time now);
  void read_messages(std::span<const std::byte> input, steady_time now);
  void handle(const wire::message_view& message, unix_time received, steady_time now);
  void protocol_error(std::string_view what, steady_time now);
  void lose(std::string_view reason, steady_time now);
  void disconnect(steady_time now);

  socket_client_settings settings_;
  node_observer& observer_;
  descriptor socket_;
  wire::parser parser_;
  bool reached_ = false;
  /// Whether the node has answered on this connection: then its heartbeats can be relied on.
  bool node_talks_ = false;
  unsigned failed_tries_ = 0;
  int last_error_ = 0;
  steady_time connected_since_{};
  steady_time acknowledged_{};
  steady_time deadline_{};
  std::minstd_rand randomness_;
  node_client_counters counters_;
};

}  // namespace troupe::listening
