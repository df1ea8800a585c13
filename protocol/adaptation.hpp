#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "protocol/clock.hpp"
#include "protocol/codec_settings.hpp"
#include "protocol/delivery_tuning.hpp"
#include "protocol/latency_event.hpp"
#include "protocol/system_reading.hpp"

/// How a stream is adapted to what the machine, its clients and its links can bear.
namespace troupe {

enum class adaptation_mode : std::uint8_t {
  off,
  watch,  ///< tells what it would do, and does nothing
  on,
};

[[nodiscard]] std::string_view to_string(adaptation_mode mode);

/// How far a stream may be from what was asked for: from 0, not at all, to 8.
enum class adaptation_level : std::uint8_t {};
inline constexpr adaptation_level no_adaptation{0};
inline constexpr adaptation_level highest_level{8};

[[nodiscard]] constexpr int to_number(adaptation_level level) { return static_cast<int>(level); }
[[nodiscard]] constexpr adaptation_level level_of(int number) {
  return static_cast<adaptation_level>(number);
}

/// All that a level sets.
struct stream_tuning {
  codec_settings codec;
  delivery_tuning delivery;

  friend bool operator==(const stream_tuning&, const stream_tuning&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, stream_tuning& x) {
  return f(x.codec, x.delivery);
}

/// What no level goes beyond. What was asked for in the first place may be beyond it, and is kept.
struct adaptation_limits {
  std::int32_t min_bitrate_bps = 16'000;
  std::int32_t min_complexity = 0;
  std::chrono::microseconds max_frame_duration{60'000};
  std::size_t min_queue_frames = 3;
  std::size_t max_queue_frames = 20;
  int min_socket_buffer_bytes = 32 * 1024;
  int max_socket_buffer_bytes = 256 * 1024;
  adaptation_level max_level = highest_level;
};

/// When the level is changed. A share is of 1.
struct adaptation_settings {
  adaptation_mode mode = adaptation_mode::on;
  adaptation_limits limits;
  latency_thresholds latency;

  /// The encoder takes too large a share of the time that its frame lasts.
  double encoder_share = 0.6;
  /// Frames that were to be made, and were not in time.
  double missed_share = 0.01;
  /// Frames that most clients, or the links, did not take in time.
  double dropped_share = 0.02;
  /// Frames that a link lost: the stream is to bear it.
  double lost_share = 0.01;

  /// All is well while no reading is over this part of its threshold, so that a level is not left
  /// and entered again and again.
  double calm_share = 0.6;
  /// Between any two changes there is at least as much time.
  std::chrono::nanoseconds cooldown = std::chrono::seconds{30};
  /// Before the level is lowered, all is well for so long; and a change that was to help is judged
  /// after it.
  std::chrono::nanoseconds stability = std::chrono::seconds{10};
  /// A change that was to help is taken back if the latency is over this, and higher than before.
  std::chrono::nanoseconds rollback_latency = std::chrono::milliseconds{300};
};

/// Why a level is changed.
enum class adaptation_reason : std::uint8_t {
  latency,   ///< the average is over its threshold
  peak,      ///< a frame took too long
  jitter,    ///< the latency changes too much
  encoder,   ///< the encoder takes too long
  missed,    ///< frames were not made, or lost inside the node
  queue,     ///< for most clients frames wait too long after they were encoded
  dropped,   ///< for most clients frames are dropped, since they or their links do not keep up
  loss,      ///< links lose more frames, or fewer: the error correction follows
  calm,      ///< all is well: a step back towards what was asked for
  relapse,   ///< such a step was too much
  rollback,  ///< a change did not help, and did harm
};

[[nodiscard]] std::string_view to_string(adaptation_reason reason);

/// A change of the level, or in the mode `watch` what would have been one.
struct adaptation_event {
  unix_time when{};
  bool applied = false;
  adaptation_level from{};
  adaptation_level to{};
  adaptation_reason reason{};
  adaptation_reason cause{};  ///< of a relapse, what went wrong; else the reason
  /// In ms for the causes latency, peak, jitter, queue and rollback, in s of calm for calm, else a
  /// share of 1.
  double reading = 0;
  double threshold = 0;  ///< of the reading, in its unit
  stream_tuning before;
  stream_tuning after;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, adaptation_event& x) {
  return f(x.when, x.applied, x.from, x.to, x.reason, x.cause, x.reading, x.threshold, x.before,
           x.after);
}

/// Where the adaptation of a stream is, and how it came there.
struct adaptation_report {
  adaptation_mode mode{};
  adaptation_level level{};  ///< in the mode `watch`, what it would be
  stream_tuning asked_for;
  stream_tuning set;  ///< now
  system_reading system;
  std::uint64_t changes = 0;
  std::vector<adaptation_event> events;  ///< the last ones
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, adaptation_report& x) {
  return f(x.mode, x.level, x.asked_for, x.set, x.system, x.changes, x.events);
}

}  // namespace troupe
