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

#include <poll.h>

#include "protocol/clock.hpp"
#include "protocol/descriptor.hpp"
#include "protocol/failure.hpp"
#include "protocol/stream_format.hpp"
#include "protocol/wire_parser.hpp"

namespace troupe::listening {

/// What a node sent.
struct received_packet {
  std::span<const std::byte> bytes;
  unix_time timestamp;
  unix_time received;
  steady_time received_steady;
};

/// Hears what a node says. The client must not be destroyed from here.
class node_observer {
 public:
  virtual ~node_observer() = default;
  virtual void on_packet(const received_packet& packet) = 0;
  virtual void on_format(const stream_format& format) = 0;
  /// The connection is over; it is tried again.
  virtual void on_lost() = 0;
};

struct node_client_settings {
  std::string path;
  /// Whether to say something, so that the node tells its format, that it is alive, and its end.
  bool talks = true;
};

struct node_client_counters {
  std::uint64_t bytes = 0;       ///< all that came, headers included
  std::uint64_t reconnects = 0;  ///< connections after the first one
  std::uint64_t protocol_errors = 0;
  std::uint64_t stops = 0;
  std::uint64_t heartbeats = 0;
  std::uint64_t acks = 0;
};

/// Keeps up a connection to a node. Never blocks: whoever owns it waits for what it names and then
/// calls `advance`.
class node_client {
 public:
  /// A node that talks hears so often that its frames arrive.
  static constexpr std::chrono::seconds acknowledge_interval{1};

  /// The observer outlives the client. Throws failure{bad_value} if no socket can have that path.
  node_client(node_client_settings settings, node_observer& observer);

  /// What to wait for: a descriptor, which is -1 (ignored by poll) while there is no connection.
  [[nodiscard]] pollfd interest() const;

  /// When to call `advance` at the latest.
  [[nodiscard]] steady_time deadline() const { return deadline_; }

  /// Connects when that is due, and reads what has come. Throws failure{no_node, not_permitted}
  /// when a node that was never reached was tried often enough.
  void advance(steady_time now);

  [[nodiscard]] bool connected() const { return static_cast<bool>(socket_); }
  /// Whether the node was reached at least once.
  [[nodiscard]] bool reached() const { return reached_; }
  /// Why the last try to connect failed, for the user.
  [[nodiscard]] failure refusal() const;
  [[nodiscard]] const node_client_counters& counters() const { return counters_; }

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

  node_client_settings settings_;
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
