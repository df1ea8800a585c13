#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include <poll.h>

#include "actors/network/upstream_record.hpp"
#include "protocol/clock.hpp"
#include "protocol/failure.hpp"
#include "protocol/stream_format.hpp"

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

struct node_client_counters {
  std::uint64_t bytes = 0;       ///< all that came, headers included
  std::uint64_t reconnects = 0;  ///< connections after one that was lost
  std::uint64_t protocol_errors = 0;
  std::uint64_t stops = 0;
  std::uint64_t heartbeats = 0;
  std::uint64_t acks = 0;
};

/// Keeps up a connection to a node. Never blocks: whoever owns it waits for what it names and then
/// calls `advance`.
class node_client {
 public:
  node_client() = default;
  node_client(const node_client&) = delete;
  node_client& operator=(const node_client&) = delete;
  virtual ~node_client() = default;

  /// What to wait for: a descriptor, which is -1 (ignored by poll) while there is nothing.
  [[nodiscard]] virtual pollfd interest() const = 0;

  /// When to call `advance` at the latest.
  [[nodiscard]] virtual steady_time deadline() const = 0;

  /// Connects when that is due, and hands on what has come. Throws failure{no_node, not_permitted}
  /// when a node that was never reached was tried often enough.
  virtual void advance(steady_time now) = 0;

  [[nodiscard]] virtual bool connected() const = 0;
  /// Whether the node was reached at least once.
  [[nodiscard]] virtual bool reached() const = 0;
  /// Why the last try to connect failed, for the user.
  [[nodiscard]] virtual failure refusal() const = 0;
  [[nodiscard]] virtual const node_client_counters& counters() const = 0;
  /// Of a client that has a link to the node.
  [[nodiscard]] virtual std::optional<network::upstream_report> link() const { return {}; }
};

}  // namespace troupe::listening
