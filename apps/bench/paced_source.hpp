#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

#include "actors/media/source.hpp"
#include "actors/supervision/player.hpp"
#include "apps/bench/server_result.hpp"
#include "apps/bench/stamped_frames.hpp"
#include "apps/bench/stream_plan.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::bench {

/// What a paced source is to do, and whom it asks.
struct paced_source_task {
  stream_plan plan;
  std::function<std::size_t()> clients_there;
  /// How many frames the one listener has read; not asked where there is a pace.
  std::function<std::uint64_t()> frames_read;
  /// Is told when the sending began and ended. Outlives the actor.
  server_result* account = nullptr;
};

struct paced_source_state {
  static inline const char* name = "source";
  /// Without a pace, frames in a row: then others get their turn on the thread.
  static constexpr std::uint64_t burst = 32;
  /// Without a pace, frames that may be on their way to the listener, ...
  static constexpr std::uint64_t window = 256;
  /// ... and of these, how many may be in the node: there is room for all of them in each place
  /// where they wait, so that none is dropped. The narrowest is the backlog, with room for 2 s
  /// of sound: 100 frames.
  static constexpr std::size_t window_in_node = 64;
  static_assert(window_in_node <= frame_inbox::capacity);
  static constexpr std::chrono::milliseconds look_interval{5};
  /// Without a pace, it is over when nothing has moved for so long.
  static constexpr std::chrono::seconds patience{2};

  explicit paced_source_state(supervision::player<source_actor::base>* its_self) : self(its_self) {}

  enum class phase : std::uint8_t { gathering, sending, over };

  void begin(paced_source_task its_task, media::source_colleagues its_colleagues);
  void run();
  void await_clients();
  void send_due();
  void send_what_fits();
  [[nodiscard]] bool send_burst();
  [[nodiscard]] bool window_is_full() const;
  void send(frame_ptr frame);
  void finish();
  [[nodiscard]] source_report report() const;

  supervision::player<source_actor::base>* self;
  paced_source_task task;
  media::source_colleagues colleagues;
  std::optional<stamped_frames> frames;
  phase now_in = phase::gathering;
  std::uint64_t sent = 0;
  steady_time due;         ///< with a pace: the next frame is
  steady_time last_moved;  ///< without a pace: a frame was sent
};

/// In the place of a node's source: waits until all clients of the plan are there, sends its frames
/// at its pace, and says that the sound is over. The pace does not drift: who comes late catches
/// up.
source_actor::behavior_type paced_source(
    supervision::player_pointer<source_actor, paced_source_state> self, paced_source_task task,
    media::source_colleagues colleagues);

}  // namespace troupe::bench
