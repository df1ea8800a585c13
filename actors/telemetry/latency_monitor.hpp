#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "actors/supervision/player.hpp"
#include "actors/telemetry/latency_records.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::telemetry {

struct latency_monitor_state {
  static inline const char* name = "latency_monitor";
  static constexpr std::chrono::seconds tick_interval{1};
  /// Lines in the log about alarms of single clients, at most so many between two ticks.
  static constexpr std::uint64_t log_lines_per_tick = 10;

  explicit latency_monitor_state(latency_monitor_actor::pointer its_self) : self(its_self) {}

  void take_over(std::shared_ptr<latency_records> its_records);
  void tick();
  void tell(const std::vector<latency_event>& events);

  latency_monitor_actor::pointer self;
  std::shared_ptr<latency_records> records;
  std::uint64_t log_lines = 0;
};

/// Takes batches of readings, and tells in the log where a latency is too high, and where it no
/// longer is.
latency_monitor_actor::behavior_type latency_monitor(
    supervision::player_pointer<latency_monitor_actor, latency_monitor_state> self,
    std::shared_ptr<latency_records> kept);

}  // namespace troupe::telemetry
