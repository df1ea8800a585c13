#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <caf/actor_control_block.hpp>

#include "actors/network/byte_stream.hpp"
#include "actors/network/tcp_socket.hpp"
#include "actors/network/tls_context.hpp"
#include "actors/runtime/poller.hpp"

namespace troupe::network {

/// A connection on its way to another node, until both ends have shaken hands. Never blocks.
class link_dial {
 public:
  enum class progress : std::uint8_t { under_way, connected, failed };

  /// Begins; without `tls` it is plain. `subscriber` is told by a `readiness` when there is
  /// something to do.
  link_dial(runtime::poller& poller, const caf::strong_actor_ptr& subscriber,
            const tcp_endpoint& to, std::shared_ptr<const tls_context> tls);

  /// Goes on, after a readiness.
  [[nodiscard]] progress advance();
  /// Whether the far end has taken the connection, though hands are not shaken.
  [[nodiscard]] bool is_taken() const { return stream_ != nullptr; }
  /// Once it is connected.
  [[nodiscard]] byte_stream_ptr take();
  /// In words for people.
  [[nodiscard]] const std::string& failure() const { return failure_; }

 private:
  [[nodiscard]] progress fail(const std::string& why);

  std::shared_ptr<const tls_context> tls_;  ///< or plain
  descriptor socket_;                       ///< until it is connected
  byte_stream_ptr stream_;
  std::optional<runtime::watch> watch_;
  std::string failure_;
};

}  // namespace troupe::network
