#pragma once

#include <chrono>
#include <cstdint>

#include "protocol/latency.hpp"

namespace troupe::telemetry {

/// What the samples of one stage say, with fixed memory.
///
/// The trend compares a fast average (alpha 0.1) with a slow one (alpha 0.01): a tenth apart counts
/// as a direction. Jitter above half the average counts as volatile. Before `settling` samples
/// have come the trend is stable.
class latency_statistics {
 public:
  static constexpr std::uint64_t settling = 50;

  explicit latency_statistics(latency_stage stage) { summary_.stage = stage; }

  void add(std::chrono::nanoseconds sample);
  [[nodiscard]] const latency_summary& summary() const { return summary_; }

 private:
  void start_with(std::chrono::nanoseconds sample);
  [[nodiscard]] latency_trend trend() const;

  latency_summary summary_;
  double average_ns_ = 0;
  double slow_average_ns_ = 0;
  double jitter_ns_ = 0;
};

}  // namespace troupe::telemetry
