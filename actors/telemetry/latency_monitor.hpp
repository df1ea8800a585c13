#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <vector>

#include "actors/supervision/player.hpp"
#include "actors/telemetry/latency_statistics.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::telemetry {

/// What the stages said so far. It outlives the latency monitor, and may be used from any thread.
class latency_records {
 public:
  void add(const latency_batch& batch);
  /// Of the stages that had any readings.
  [[nodiscard]] std::vector<latency_summary> report() const;

 private:
  mutable std::mutex mutex_;
  std::array<latency_statistics, latency_stage_count> stages_{
      latency_statistics{latency_stage::capture}, latency_statistics{latency_stage::encode},
      latency_statistics{latency_stage::queue}, latency_statistics{latency_stage::write},
      latency_statistics{latency_stage::total}};
};

struct latency_monitor_state {
  static inline const char* name = "latency_monitor";

  std::shared_ptr<latency_records> records;
};

/// Takes batches of readings and tells, for each stage that had any, what they say.
latency_monitor_actor::behavior_type latency_monitor(
    supervision::player_pointer<latency_monitor_actor, latency_monitor_state> self,
    std::shared_ptr<latency_records> kept);

}  // namespace troupe::telemetry
