#include "actors/telemetry/latency_monitor.hpp"

#include <utility>

#include "actors/supervision/failure_text.hpp"

namespace troupe::telemetry {

void latency_records::add(const latency_batch& batch) {
  auto& stage = stages.at(static_cast<std::size_t>(batch.stage));
  for (const auto sample : batch.samples) stage.add(sample);
}

std::vector<latency_summary> latency_records::report() const {
  std::vector<latency_summary> result;
  for (const auto& stage : stages)
    if (stage.summary().count > 0) result.push_back(stage.summary());
  return result;
}

latency_monitor_actor::behavior_type latency_monitor(
    latency_monitor_actor::stateful_pointer<latency_monitor_state> self,
    std::shared_ptr<latency_records> kept) {
  supervision::fail_with_exception_text(self);
  self->state.records = std::move(kept);
  return {
      [self](const latency_batch& batch) { self->state.records->add(batch); },
      [self](report_atom) { return self->state.records->report(); },
  };
}

}  // namespace troupe::telemetry
