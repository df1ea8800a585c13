#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include <caf/actor.hpp>

#include "actors/media/media_clock.hpp"
#include "actors/media/opus_encoder.hpp"
#include "actors/media/pcm_input.hpp"
#include "actors/runtime/poller.hpp"
#include "actors/supervision/player.hpp"
#include "protocol/frame_pool.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::media {

/// What a source counted; may be read from any thread.
class source_counts {
 public:
  template <class Change>
  void change(Change&& change_report) {
    const std::lock_guard lock{mutex_};
    change_report(report_);
  }
  [[nodiscard]] source_report report() const {
    const std::lock_guard lock{mutex_};
    return report_;
  }

 private:
  mutable std::mutex mutex_;
  source_report report_;
};

/// What a source's restart keeps: the place in the sound and in the stream, the settings in force
/// and the counts.
struct capture {
  std::unique_ptr<pcm_input> input;
  codec_settings codec;
  std::optional<codec_settings> wanted;  ///< in force from the next frame on
  std::optional<media_clock> clock;      ///< from the first frame on
  frame_sequence next_sequence{};
  source_counts counts;
};

/// The actors and services that a source works with.
struct source_colleagues {
  runtime::poller* poller = nullptr;
  frame_processor_actor frame_processor;
  latency_monitor_actor latency_monitor;
  /// Is sent over_atom when the sound is over.
  caf::actor listener;
  /// Tells the Unix time; the steady time is the actor system's.
  std::function<unix_time()> unix_clock = unix_now;
};

struct source_state {
  static inline const char* name = "source";
  /// Frames in a row before others get their turn on the thread.
  static constexpr int frame_budget = 4;
  /// Further behind the clock than this, the source lets time pass instead of catching up.
  static constexpr std::chrono::seconds longest_delay{1};
  static constexpr std::size_t latency_batch_size = 50;

  explicit source_state(source_actor::pointer its_self) : self(its_self) {}

  enum class wait_kind : std::uint8_t { nothing, clock, descriptor };

  void take_over(std::shared_ptr<capture> its_capture, source_colleagues its_colleagues);
  [[nodiscard]] caf::result<void> configure(const codec_settings& settings);
  void apply_wanted();

  void run();
  [[nodiscard]] bool is_due();
  [[nodiscard]] bool produce();
  [[nodiscard]] unix_time stamp();
  void emit();
  void finish();

  void wait_readable(int descriptor);
  void run_at(steady_time when);

  [[nodiscard]] source_report report();
  void note_latencies(std::chrono::nanoseconds capturing, std::chrono::nanoseconds encoding);
  void hand_over_latencies();

  source_actor::pointer self;
  std::shared_ptr<capture> taken;
  source_colleagues colleagues;
  std::optional<opus_encoder> encoder;
  std::vector<float> samples;
  frame_pool pool;
  std::optional<runtime::watch> watch;
  int watched_descriptor = -1;
  latency_batch capture_latencies{latency_stage::capture, {}};
  latency_batch encode_latencies{latency_stage::encode, {}};
  wait_kind waiting = wait_kind::nothing;  ///< exactly one wait is under way at a time
  bool starved = false;                    ///< the input had less than a frame
  bool over = false;
};

/// Reads sound at its pace, encodes it and sends the frames to the frame processor, until the sound
/// is over or it is told to stop. `kept` belongs to one source at a time.
source_actor::behavior_type source(supervision::player_pointer<source_actor, source_state> self,
                                   std::shared_ptr<capture> kept, source_colleagues colleagues);

}  // namespace troupe::media
