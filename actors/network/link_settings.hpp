#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "actors/network/node_position.hpp"
#include "actors/network/tcp_socket.hpp"
#include "actors/network/tls_context.hpp"
#include "actors/supervision/backoff.hpp"
#include "protocol/address.hpp"
#include "protocol/clock.hpp"

namespace troupe::network {

/// How the receiving end of a link goes about it.
struct link_settings {
  link_source source;
  std::shared_ptr<const tls_context> tls;  ///< or plain
  /// An upstream from which nothing came for so long is lost: within a second, at whatever time it
  /// fell silent. It is asked something four times a second.
  std::chrono::nanoseconds lost_after = std::chrono::milliseconds{900};
  /// One that answers, but from which no frame came for so long, is left for another that has some.
  std::chrono::nanoseconds no_sound_after = std::chrono::seconds{1};
  /// Each step to a connection that has not been made within this is given up.
  std::chrono::nanoseconds connect_timeout = std::chrono::seconds{1};
  /// Between two attempts at the same node: half of each wait is up to chance.
  supervision::backoff_policy backoff{
      .first = std::chrono::milliseconds{50}, .cap = std::chrono::seconds{1}, .jitter = 0.5};
  /// The same for a node that is there and has no sound. Each attempt takes a second.
  supervision::backoff_policy silent_backoff{
      .first = std::chrono::seconds{2}, .cap = std::chrono::seconds{10}, .jitter = 0.5};
  /// So much sound may be under way to us: more than any round trip that live sound is of use with.
  std::chrono::nanoseconds window = std::chrono::milliseconds{500};
  std::function<unix_time()> unix_clock = unix_now;
  /// May take its time: it is called on a thread of its own.
  std::function<std::vector<tcp_endpoint>(const std::string& host, std::uint16_t port)>
      resolve_host = resolve;
};

}  // namespace troupe::network
