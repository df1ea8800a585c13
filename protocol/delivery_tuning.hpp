#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace troupe {

/// What is kept for each client while it does not keep up.
struct delivery_tuning {
  std::size_t queue_frames = 6;  ///< frames that may wait in the node
  /// As asked of the kernel, which doubles it and counts more than a kilobyte for a frame: some
  /// four seconds at the defaults. So old can a client's sound be when it comes back from a stall.
  int socket_buffer_bytes = 128 * 1024;

  friend bool operator==(const delivery_tuning&, const delivery_tuning&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, delivery_tuning& x) {
  return f(x.queue_frames, x.socket_buffer_bytes);
}

/// How a client reads, as far as its queue shows.
enum class client_pace : std::uint8_t {
  steady,
  bursty,  ///< it takes all, but not in time: it gets more room
  slow,    ///< it never takes all: it gets less room, so that what it hears is not so old
};

[[nodiscard]] std::string_view to_string(client_pace pace);

}  // namespace troupe
