#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <vector>

#include "actors/telemetry/adaptation_controller.hpp"
#include "actors/telemetry/adaptation_levels.hpp"
#include "protocol/wire.hpp"

namespace troupe::test {

/// What a node runs on, and who listens. CPU time is in cores.
struct plant_machine {
  double encoder = 0.002;     ///< for each unit of encoder_cost
  double per_frame = 0.0001;  ///< seconds for each frame, all clients together
};

/// What others leave to the node in one second.
struct plant_conditions {
  double cpu = 1;                                                  ///< cores that it can have
  double bandwidth_bps = std::numeric_limits<double>::infinity();  ///< of most clients' links
  double lost_share = 0;                                           ///< on these links
  double hiccup_s = 0;  ///< once in this second nothing happens for so long
};

/// What became of one second of sound. Shares are of its frames.
struct plant_second {
  telemetry::adaptation_reading reading;
  double missed = 0;
  double dropped = 0;
  double lost = 0;  ///< beyond what the error correction makes good
  double latency_s = 0;

  /// In lost seconds: a second that comes a second too late is worth half of one that does not.
  [[nodiscard]] double cost() const {
    constexpr double bearable_s = 0.05;
    return std::min(1.0, missed + dropped + lost) + 0.5 * std::max(0.0, latency_s - bearable_s);
  }
};

/// A node as far as its adaptation is concerned: an encoder that takes CPU time by complexity,
/// bitrate and channels, frames that take some each, a source that falls behind and in the end
/// leaves frames out, and links with a bandwidth, a queue and a loss.
class adaptation_plant {
 public:
  explicit adaptation_plant(const plant_machine& machine) : machine_(machine) {}

  /// One second under these conditions, with what is set.
  plant_second run(const stream_tuning& set, const plant_conditions& given) {
    plant_second result;
    const std::chrono::duration<double> frame = set.codec.frame_duration;
    encode(set, given, frame.count(), result);
    deliver(set, given, frame.count(), result);
    result.latency_s = behind_s_ + queued_s_;
    return result;
  }

 private:
  /// As the source has it: further behind, it lets frames go.
  static constexpr double longest_delay_s = 2;

  void encode(const stream_tuning& set, const plant_conditions& given, double frame_s,
              plant_second& result) {
    const auto encoding = machine_.encoder * telemetry::encoder_cost(set.codec);
    const auto needed = encoding + machine_.per_frame / frame_s;
    const auto before = behind_s_;
    const auto due = 1 + behind_s_;
    const auto made = std::min(due, given.cpu / needed);
    behind_s_ = due - made;
    if (behind_s_ > longest_delay_s) {
      result.missed = std::min(1.0, behind_s_);
      behind_s_ = 0;
    }
    const auto mean_s = (before + behind_s_) / 2;
    const auto spread_s = needed > given.cpu ? std::min(0.1, frame_s) : 0.001;
    auto& reading = result.reading;
    reading.latency = latency_window{.count = static_cast<std::uint64_t>(made / frame_s) + 1,
                                     .min = seconds(std::min(before, behind_s_)),
                                     .max = seconds(std::max(before, behind_s_) + given.hiccup_s),
                                     .mean = seconds(mean_s),
                                     .jitter = seconds(spread_s)};
    reading.encoder_share = encoding / std::min(1.0, given.cpu);
    reading.missed_share = result.missed;
    reading.system.process_cpu = std::min(needed * made, given.cpu);
    reading.system.run_queue_delay = std::clamp(needed / given.cpu - 1, 0.0, 1.0);
    reading.system.cpu_pressure = 1 - std::min(1.0, given.cpu);
  }

  void deliver(const stream_tuning& set, const plant_conditions& given, double frame_s,
               plant_second& result) {
    const auto needed = set.codec.bitrate_bps + 8.0 * wire::header_size / frame_s;
    const auto share = given.bandwidth_bps / needed;
    result.dropped = std::max(0.0, 1 - share);
    queued_s_ = share < 1 ? static_cast<double>(set.delivery.queue_frames) * frame_s : 0;
    result.reading.queueing = seconds(queued_s_);
    result.reading.dropped_share = result.dropped;
    result.reading.lost_share = given.lost_share;
    const auto expected = set.codec.fec ? set.codec.expected_loss_percent / 100.0 : 0;
    const auto left = expected >= given.lost_share ? 0.3 : 0.6;
    result.lost = given.lost_share * (set.codec.fec ? left : 1);
  }

  static std::chrono::nanoseconds seconds(double value) {
    return std::chrono::nanoseconds{static_cast<std::int64_t>(value * 1e9)};
  }

  plant_machine machine_;
  double behind_s_ = 0;
  double queued_s_ = 0;
};

}  // namespace troupe::test
