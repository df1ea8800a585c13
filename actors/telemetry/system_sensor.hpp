#pragma once

#include <chrono>

#include "actors/supervision/player.hpp"
#include "actors/telemetry/system_probe.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::telemetry {

struct system_sensor_state {
  static inline const char* name = "system_sensor";
  static constexpr std::chrono::seconds interval{1};

  explicit system_sensor_state(system_sensor_actor::pointer its_self) : self(its_self) {}

  void tick();

  system_sensor_actor::pointer self;
  adaptive_optimiser_actor optimiser;
  system_probe probe;
};

/// Reads once a second how the machine does, and tells `optimiser`. That takes some tenths of a
/// millisecond, for which no frame is to wait: it is meant to have a thread of its own.
system_sensor_actor::behavior_type system_sensor(
    supervision::player_pointer<system_sensor_actor, system_sensor_state> self,
    adaptive_optimiser_actor optimiser);

}  // namespace troupe::telemetry
