#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <caf/actor.hpp>

#include "actors/media/capture.hpp"
#include "actors/media/opus_encoder.hpp"
#include "actors/runtime/poller.hpp"
#include "actors/supervision/player.hpp"
#include "protocol/frame_backlog.hpp"
#include "protocol/frame_pool.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::media {

/// The actors and services that a source works with, and how.
struct source_colleagues {
  runtime::poller* poller = nullptr;
  std::shared_ptr<frame_backlog> frames;  ///< where they go
  latency_monitor_actor latency_monitor;
  /// Is sent over_atom when the sound is over.
  caf::actor listener;
  /// Tells the Unix time; the steady time is the actor system's.
  std::function<unix_time()> unix_clock = unix_now;
  /// Even while nobody is there to hear it.
  bool always_encodes = false;
};

struct source_state {
  static inline const char* name = "source";
  /// Frames in a row: then others get their turn on the thread.
  static constexpr int frame_budget = 4;
  /// Further behind the clock than this, the source lets time pass instead of catching up.
  static constexpr std::chrono::seconds longest_delay{2};

  /// The latency monitor hears of the source at least so often, if there is anything to hear.
  static constexpr std::chrono::milliseconds hand_over_interval{250};

  explicit source_state(supervision::player<source_actor::base>* its_self) : self(its_self) {}

  enum class wait_kind : std::uint8_t { nothing, clock, descriptor };

  void take_over(std::shared_ptr<capture> its_capture, source_colleagues its_colleagues);
  [[nodiscard]] caf::result<void> configure(const codec_settings& settings);
  void apply(const codec_settings& settings);
  void fit(const codec_settings& settings);

  void run();
  void end_if_replaced();
  [[nodiscard]] bool is_due();
  void keep_time(media_clock& clock, const moment& now);
  void skip(std::chrono::nanoseconds left_out);
  [[nodiscard]] bool produce();
  [[nodiscard]] unix_time stamp();
  void emit();
  [[nodiscard]] bool is_wanted();
  void leave_out_frame();
  void note(const frame_info& frame) const;
  [[nodiscard]] bool send(frame_ptr frame);
  void finish();

  void wait_readable(int descriptor);
  void run_at(steady_time when);

  void note_device();
  [[nodiscard]] source_report report();
  void note_latencies(std::chrono::nanoseconds capturing, std::chrono::nanoseconds encoding);
  void hand_over_latencies();

  supervision::player<source_actor::base>* self;
  std::shared_ptr<capture> kept;
  std::optional<capture_hold> held;
  source_colleagues colleagues;
  std::optional<opus_encoder> encoder;
  std::vector<float> samples;
  frame_pool pool;
  std::optional<runtime::watch> watch;
  int watched_descriptor = -1;
  latency_notes latencies;
  steady_time handed_over;                 ///< the last time
  wait_kind waiting = wait_kind::nothing;  ///< exactly one wait is under way at a time
  bool starved = false;                    ///< the input had less than a frame
  bool unwanted = false;                   ///< nobody was there to hear the last frame
};

/// Reads sound at its pace, encodes it and posts the frames to the backlog, until the sound is over
/// or it is told to stop, or another source has taken hold of `kept`.
source_actor::behavior_type source(supervision::player_pointer<source_actor, source_state> self,
                                   std::shared_ptr<capture> kept, source_colleagues colleagues);

}  // namespace troupe::media
