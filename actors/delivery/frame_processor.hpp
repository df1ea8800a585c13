#pragma once

#include <memory>

#include "actors/delivery/frame_audience.hpp"
#include "actors/supervision/player.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::delivery {

struct frame_processor_state {
  static inline const char* name = "frame_processor";

  explicit frame_processor_state(supervision::player<frame_processor_actor::base>* its_self)
      : self(its_self) {}

  void begin(std::shared_ptr<frame_audience> its_audience);
  void process_backlog();
  void process(const frame_ptr& frame);
  void join(const connection_actor& connection, frame_inbox_ptr inbox);
  [[nodiscard]] caf::result<processor_report> report();

  supervision::player<frame_processor_actor::base>* self;
  std::shared_ptr<frame_audience> audience;
  frame_backlog::taker taker{};
};

/// Checks each frame of the backlog and hands it to every connection that joined, however often it
/// asked. One that joins is told the format in force.
frame_processor_actor::behavior_type frame_processor(
    supervision::player_pointer<frame_processor_actor, frame_processor_state> self,
    std::shared_ptr<frame_audience> audience);

/// Whether a frame may go out: a message of legal size that holds one Opus packet, which lasts as
/// long as the frame's format says.
[[nodiscard]] bool is_valid(const frame& candidate);

}  // namespace troupe::delivery
