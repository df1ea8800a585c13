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
  int socket_buffer_bytes = 128 * 1024;  ///< as asked of the kernel, which doubles it
  stream_format first_format;            ///< told to a client that asks before the first frame
};

}  // namespace troupe::delivery
