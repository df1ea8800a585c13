#include "actors/telemetry/latency_monitor.hpp"

#include <string>
#include <utility>

#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include "actors/probe/journal.hpp"

namespace troupe::telemetry {
namespace {

std::string whose(const latency_event& event) {
  if (event.client == client_number{}) return "most clients'";
  return fmt::format("client {}'s", to_number(event.client));
}

std::string_view what(latency_alarm alarm) {
  switch (alarm) {
    case latency_alarm::target:
    case latency_alarm::average:
      return "latency";
    case latency_alarm::peak:
      return "greatest latency";
    case latency_alarm::jitter:
      return "jitter";
  }
  return "latency";
}

/// "client 3's latency is 93.1 ms, over 90 (average); its last second: ..."
void log(const latency_event& event) {
  const auto& evidence = event.evidence;
  const bool is_grave = event.raised && event.alarm != latency_alarm::target;
  const auto subject = event.client == client_number{} ? "latency" : to_string(event.client);
  probe::tell(
      probe::event_kind::latency, is_grave ? probe::event_level::warning : probe::event_level::info,
      subject,
      fmt::format(
          "{} {} is {:.1f} ms, {} {:.0f} ({}); of {} frames half took {:.1f} ms or less, 99 % "
          "{:.1f}, the slowest {:.1f}",
          whose(event), what(event.alarm), to_milliseconds(event.reading),
          event.raised ? "over" : "well under", to_milliseconds(event.threshold),
          to_string(event.alarm), evidence.count, to_milliseconds(evidence.p50),
          to_milliseconds(evidence.p99), to_milliseconds(evidence.max)));
}

}  // namespace

void latency_monitor_state::take_over(std::shared_ptr<latency_records> its_records) {
  records = std::move(its_records);
  self->scheduled_send(self, next_beat(self->clock().now(), tick_interval), tick_atom::value);
}

void latency_monitor_state::tick() {
  self->scheduled_send(self, next_beat(self->clock().now(), tick_interval), tick_atom::value);
  if (log_lines > log_lines_per_tick)
    probe::tell(probe::event_kind::latency, probe::event_level::warning, "clients",
                fmt::format("{} more lines about clients' latencies were left out",
                            log_lines - log_lines_per_tick));
  log_lines = 0;
  tell(records->pass(self->clock().now()));
}

void latency_monitor_state::tell(const std::vector<latency_event>& events) {
  for (const auto& event : events)
    if (event.client == client_number{} || ++log_lines <= log_lines_per_tick) log(event);
}

latency_monitor_actor::behavior_type latency_monitor(
    supervision::player_pointer<latency_monitor_actor, latency_monitor_state> self,
    std::shared_ptr<latency_records> kept) {
  self->state.take_over(std::move(kept));
  return {
      [self](const latency_batch& batch) { self->state.tell(self->state.records->add(batch)); },
      [self](gone_atom, client_number client) { self->state.records->leave(client); },
      [self](tick_atom) { self->state.tick(); },
      [self](report_atom) { return self->state.records->report(); },
  };
}

}  // namespace troupe::telemetry
