#pragma once

#include <array>
#include <memory>
#include <vector>

#include "actors/telemetry/latency_statistics.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::telemetry {

/// What a latency monitor's restart keeps: all that the stages said so far.
struct latency_records {
  void add(const latency_batch& batch);
  [[nodiscard]] std::vector<latency_summary> report() const;

  std::array<latency_statistics, latency_stage_count> stages{
      latency_statistics{latency_stage::capture}, latency_statistics{latency_stage::encode},
      latency_statistics{latency_stage::queue}, latency_statistics{latency_stage::write},
      latency_statistics{latency_stage::total}};
};

struct latency_monitor_state {
  static inline const char* name = "latency_monitor";

  std::shared_ptr<latency_records> records;
};

/// Takes batches of readings and tells, for each stage that had any, what they say. `kept` belongs
/// to one latency monitor at a time.
latency_monitor_actor::behavior_type latency_monitor(
    latency_monitor_actor::stateful_pointer<latency_monitor_state> self,
    std::shared_ptr<latency_records> kept);

}  // namespace troupe::telemetry
