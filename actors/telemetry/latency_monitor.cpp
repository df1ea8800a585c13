#include "actors/telemetry/latency_monitor.hpp"

#include <utility>

namespace troupe::telemetry {

void latency_records::add(const latency_batch& batch) {
  const std::lock_guard lock{mutex_};
  for (const auto& sample : batch.samples())
    stages_.at(static_cast<std::size_t>(sample.stage)).add(sample.duration);
}

std::vector<latency_summary> latency_records::report() const {
  const std::lock_guard lock{mutex_};
  std::vector<latency_summary> result;
  for (const auto& stage : stages_)
    if (stage.summary().count > 0) result.push_back(stage.summary());
  return result;
}

latency_monitor_actor::behavior_type latency_monitor(
    supervision::player_pointer<latency_monitor_actor, latency_monitor_state> self,
    std::shared_ptr<latency_records> kept) {
  self->state.records = std::move(kept);
  return {
      [self](const latency_batch& batch) { self->state.records->add(batch); },
      [self](report_atom) { return self->state.records->report(); },
  };
}

}  // namespace troupe::telemetry
