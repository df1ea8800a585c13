#pragma once

#include <cstddef>
#include <span>

#include "protocol/frame_pool.hpp"

namespace troupe::bench {

/// Makes frames that are valid to everybody on their way, stamped when they are made, in the packet
/// as well, without the cost of an encoder.
class stamped_frames {
 public:
  /// Expects packet_bytes >= 1. At most `most_in_use` frames are in use at once.
  explicit stamped_frames(std::size_t packet_bytes,
                          std::size_t most_in_use = frame_pool::default_limit)
      : pool_(most_in_use), packet_bytes_(packet_bytes) {}

  /// Throws std::runtime_error when as many as may be are in use.
  [[nodiscard]] frame_ptr next();
  /// Null then.
  [[nodiscard]] frame_ptr next_if_free();

 private:
  frame_pool pool_;
  std::size_t packet_bytes_;
  std::uint64_t made_ = 0;
};

/// When the frame of that packet was made. A packet that has no room for it has none: it throws
/// std::runtime_error.
[[nodiscard]] unix_time stamp_in(std::span<const std::byte> packet);

}  // namespace troupe::bench
