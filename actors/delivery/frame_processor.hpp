#pragma once

#include <memory>
#include <vector>

#include "protocol/type_ids.hpp"

namespace troupe::delivery {

/// What a frame processor's restart keeps: who listens, and the counts.
struct frame_audience {
  [[nodiscard]] std::vector<connection_actor>::iterator find(caf::actor_id connection);

  std::vector<connection_actor> connections;
  processor_report counters;
  stream_format format;  ///< of the last frame; until then, what the first one is to have
};

struct frame_processor_state {
  static inline const char* name = "frame_processor";

  explicit frame_processor_state(frame_processor_actor::pointer its_self) : self(its_self) {}

  void take_over(std::shared_ptr<frame_audience> its_audience);
  void process(const frame_ptr& frame);
  void join(const connection_actor& connection);
  void leave(caf::actor_id connection);

  frame_processor_actor::pointer self;
  std::shared_ptr<frame_audience> audience;
};

/// Checks each frame and hands it to every connection that joined, however often it asked. One that
/// joins is told the format in force. `audience` belongs to one frame processor at a time.
frame_processor_actor::behavior_type frame_processor(
    frame_processor_actor::stateful_pointer<frame_processor_state> self,
    std::shared_ptr<frame_audience> audience);

/// Whether a frame may go out: a message of legal size that holds one Opus packet, which lasts as
/// long as the frame's format says.
[[nodiscard]] bool is_valid(const frame& candidate);

}  // namespace troupe::delivery
