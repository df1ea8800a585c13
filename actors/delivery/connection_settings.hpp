#pragma once

#include <chrono>
#include <cstddef>

#include "actors/delivery/overflow_policy.hpp"

namespace troupe::delivery {

/// What all connections of a node have in common.
struct connection_settings {
  std::size_t queue_frames = 6;  ///< frames that may wait for a client
  overflow_policy overflow = overflow_policy::drop_oldest;
  std::chrono::nanoseconds write_timeout = std::chrono::seconds{5};
  /// As asked of the kernel, which doubles it and counts more than a kilobyte for a frame: about a
  /// second at the defaults. So old can a client's sound be when it comes back from a stall.
  int socket_buffer_bytes = 32 * 1024;
};

}  // namespace troupe::delivery
