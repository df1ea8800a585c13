#pragma once

#include <chrono>
#include <cstddef>

#include "actors/delivery/overflow_policy.hpp"
#include "protocol/stream_format.hpp"

namespace troupe::delivery {

/// What all connections of a node have in common.
struct connection_settings {
  std::size_t queue_frames = 6;  ///< frames that may wait for a client
  overflow_policy overflow = overflow_policy::drop_oldest;
  std::chrono::nanoseconds write_timeout = std::chrono::seconds{5};
  /// As asked of the kernel, which doubles it and counts some 800 bytes for a small frame: 1.3 s of
  /// 20 ms frames, which is how old a client's sound can be when it comes back from a stall.
  int socket_buffer_bytes = 32 * 1024;
  stream_format first_format;  ///< told to a client that asks before the first frame
};

}  // namespace troupe::delivery
