#include "actors/telemetry/system_sensor.hpp"

#include <utility>

namespace troupe::telemetry {

void system_sensor_state::tick() {
  self->scheduled_send(self, next_beat(self->clock().now(), interval), tick_atom::value);
  self->send(optimiser, probe.read(self->clock().now()));
}

system_sensor_actor::behavior_type system_sensor(
    supervision::player_pointer<system_sensor_actor, system_sensor_state> self,
    adaptive_optimiser_actor optimiser) {
  self->state.optimiser = std::move(optimiser);
  self->state.tick();
  return {[self](tick_atom) { self->state.tick(); }};
}

}  // namespace troupe::telemetry
