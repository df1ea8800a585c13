#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include "actors/network/node_position.hpp"
#include "actors/network/tls_context.hpp"
#include "actors/supervision/backoff.hpp"
#include "protocol/address.hpp"
#include "protocol/clock.hpp"

namespace troupe::network {

/// How the receiving end of a link goes about it.
struct link_settings {
  link_source source;
  std::shared_ptr<const tls_context> tls;  ///< or plain
  /// An upstream from which nothing came for so long is lost. It says something four times as
  /// often.
  std::chrono::nanoseconds lost_after = std::chrono::seconds{1};
  /// A connection that has not been made within this is given up.
  std::chrono::nanoseconds connect_timeout = std::chrono::seconds{1};
  /// Between two attempts at the same node: half of each wait is up to chance.
  supervision::backoff_policy backoff{
      .first = std::chrono::milliseconds{50}, .cap = std::chrono::seconds{1}, .jitter = 0.5};
  /// So much sound may be under way to us: more than any round trip that live sound is of use with.
  std::chrono::nanoseconds window = std::chrono::milliseconds{500};
  std::function<unix_time()> unix_clock = unix_now;
};

}  // namespace troupe::network
