#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "actors/media/sound_output.hpp"
#include "actors/telemetry/latency_histogram.hpp"
#include "apps/common/signals.hpp"
#include "apps/listen/gap_finder.hpp"
#include "apps/listen/live_meter.hpp"
#include "apps/listen/node_client.hpp"
#include "apps/listen/options.hpp"
#include "apps/listen/playout.hpp"
#include "apps/listen/report.hpp"
#include "apps/listen/time_line.hpp"

namespace troupe::listening {

/// Listens to a node from the first try to connect to the end, in one thread: packets go from the
/// client through the gap finder to the playout.
class listening_session final : private node_observer {
 public:
  /// Opens the output. Throws failure.
  listening_session(const listen_options& options, const ending_signals& signals);

  /// Listens until there is a reason to end, then completes the output. Throws failure; what was
  /// heard until then can still be reported.
  void run();

  [[nodiscard]] report summary() const;

 private:
  void on_packet(const received_packet& packet) override;
  void on_format(const stream_format& format) override;
  void on_lost() override;

  [[nodiscard]] bool should_end(steady_time now);
  [[nodiscard]] bool long_enough() const;
  [[nodiscard]] steady_time next_deadline() const;
  void wait();
  void write_down(const arrived_frame& frame, const gap& before);
  void show_meter(steady_time now);
  void record_latency(const received_packet& packet);
  [[nodiscard]] std::chrono::nanoseconds duration_of(std::span<const std::byte> packet);

  listen_options options_;
  const ending_signals& signals_;
  playout playout_;
  std::optional<time_line> time_line_;
  gap_finder gaps_;
  std::unique_ptr<node_client> client_;
  std::optional<live_meter> meter_;

  steady_time started_;
  /// Counts from the start until the first frame has come, then from that.
  std::optional<steady_time> end_;
  std::uint64_t frames_ = 0;
  std::uint64_t opus_bytes_ = 0;
  std::uint64_t frames_from_future_ = 0;
  std::chrono::nanoseconds frame_duration_;
  std::chrono::nanoseconds worst_recent_latency_{0};
  telemetry::latency_histogram latency_;
};

}  // namespace troupe::listening
