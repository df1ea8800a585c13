#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "actors/probe/handler_tally.hpp"
#include "actors/probe/message_kind.hpp"
#include "protocol/clock.hpp"
#include "protocol/frame.hpp"

namespace troupe::probe {

/// The places on a frame's way through a node, in their order.
enum class frame_step : std::uint8_t {
  captured,   ///< its first sample was
  encoded,    ///< its packet left the encoder
  received,   ///< it came from another node, in the place of the two above
  processed,  ///< it was checked, and is handed to all connections
  queued,     ///< by one of them
  written,    ///< by one of them: the kernel has all of it for its client
  sent,       ///< by one of them: it is on its way to another node
};

[[nodiscard]] std::string_view to_string(frame_step step);

/// Which actor: one of a kind, or one of several by its number.
struct traced_actor {
  actor_kind kind = actor_kind::nobody;
  std::uint64_t number = 0;
};

/// What an actor did for one message, or for one wake-up.
struct traced_turn {
  steady_time at;
  std::chrono::nanoseconds took{};
  traced_actor actor;
  message_kind message;
  actor_kind from = actor_kind::nobody;
};

/// A frame was somewhere on its way.
struct traced_step {
  steady_time at;
  traced_actor actor;
  frame_step step{};
  frame_sequence frame{};
  stream_id stream{};
};

}  // namespace troupe::probe
