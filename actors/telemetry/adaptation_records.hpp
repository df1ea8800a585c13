#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>

#include "actors/telemetry/adaptation_controller.hpp"
#include "protocol/adaptation.hpp"

namespace troupe::telemetry {

/// Where the adaptation is, and what it did. It outlives the optimiser, and may be used from any
/// thread.
class adaptation_records {
 public:
  static constexpr std::size_t remembered_events = 200;

  adaptation_records(const adaptation_settings& settings, const stream_tuning& asked_for)
      : mode_(settings.mode), controller_(settings, asked_for) {}

  [[nodiscard]] adaptation_mode mode() const { return mode_; }

  /// While it is paused, all stays as it is.
  void set_paused(bool is_paused);
  [[nodiscard]] bool is_paused() const { return is_paused_.load(std::memory_order_relaxed); }

  /// See adaptation_controller. Returns what came of it, if anything.
  std::optional<adaptation_event> look(const adaptation_reading& reading, steady_time now);
  /// Nobody knows how the time until now was: see adaptation_controller.
  void forget_calm();
  /// Another codec is asked for.
  void ask_for(const codec_settings& codec);
  /// What is to be set now: in the modes `off` and `watch` what was asked for.
  [[nodiscard]] stream_tuning tuning() const;
  [[nodiscard]] adaptation_level level() const;
  [[nodiscard]] adaptation_report report() const;

 private:
  // With the lock closed.
  [[nodiscard]] stream_tuning set_now() const;

  const adaptation_mode mode_;
  std::atomic<bool> is_paused_{false};
  mutable std::mutex mutex_;
  adaptation_controller controller_;
  system_reading system_;  ///< the last one
  std::uint64_t changes_ = 0;
  std::deque<adaptation_event> events_;
};

}  // namespace troupe::telemetry
