#include "apps/node/report_json.hpp"

#include <algorithm>

namespace troupe {

using nlohmann::json;

json to_json(const latency_window& window) {
  if (window.count == 0) return {{"count", 0}};
  return {{"count", window.count},
          {"min_us", to_microseconds(window.min)},
          {"max_us", to_microseconds(window.max)},
          {"mean_us", to_microseconds(window.mean)},
          {"jitter_us", to_microseconds(window.jitter)},
          {"p50_us", to_microseconds(window.p50)},
          {"p95_us", to_microseconds(window.p95)},
          {"p99_us", to_microseconds(window.p99)},
          {"p999_us", to_microseconds(window.p999)},
          {"trend", to_string(window.trend)}};
}

json to_json(const latency_summary& stage) {
  auto result = to_json(stage.since_start);
  result.update({{"current_us", to_microseconds(stage.current)},
                 {"average_us", to_microseconds(stage.average)},
                 {"jitter_us", to_microseconds(stage.jitter)},
                 {"trend", to_string(stage.trend)},
                 {"last_second", to_json(stage.last_second)},
                 {"last_minute", to_json(stage.last_minute)}});
  return result;
}

json to_json(const latency_event& event) {
  json result{{"unix_time_s", unix_seconds(event.when)},
              {"alarm", to_string(event.alarm)},
              {"raised", event.raised},
              {"reading_us", to_microseconds(event.reading)},
              {"threshold_us", to_microseconds(event.threshold)},
              {"evidence", to_json(event.evidence)}};
  if (event.client != client_number{}) result["client"] = to_number(event.client);
  return result;
}

/// What the readings themselves cost.
json cost_to_json(const latency_report& latency) {
  const auto samples = static_cast<double>(std::max<std::uint64_t>(latency.samples, 1));
  return {{"samples", latency.samples},
          {"ns_per_sample", static_cast<double>(latency.cost.count()) / samples}};
}

json to_json(const stream_tuning& tuning) {
  const auto& codec = tuning.codec;
  return {{"complexity", codec.complexity},
          {"bitrate_bps", codec.bitrate_bps},
          {"frame_ms", to_milliseconds(codec.frame_duration)},
          {"fec", codec.fec},
          {"expected_loss_percent", codec.expected_loss_percent},
          {"queue_frames", tuning.delivery.queue_frames},
          {"socket_buffer_bytes", tuning.delivery.socket_buffer_bytes}};
}

json to_json(const adaptation_event& event) {
  return {{"unix_time_s", unix_seconds(event.when)},
          {"applied", event.applied},
          {"from", to_number(event.from)},
          {"to", to_number(event.to)},
          {"reason", to_string(event.reason)},
          {"cause", to_string(event.cause)},
          {"reading", event.reading},
          {"threshold", event.threshold},
          {"before", to_json(event.before)},
          {"after", to_json(event.after)}};
}

json to_json(const system_reading& system) {
  json result = json::object();
  const auto put = [&](const char* key, const auto& value) {
    if (value) result[key] = *value;
  };
  put("process_cpu_cores", system.process_cpu);
  put("run_queue_delay_share", system.run_queue_delay);
  put("machine_cpu_share", system.machine_cpu);
  put("machine_steal_share", system.machine_steal);
  put("cpu_pressure_share", system.cpu_pressure);
  put("quota_exhausted_share", system.quota_exhausted);
  put("memory_available_share", system.memory_available);
  put("resident_kib", system.resident_kib);
  return result;
}

json to_json(const adaptation_report& adaptation) {
  json events = json::array();
  for (const auto& event : adaptation.events) events.push_back(to_json(event));
  return {{"mode", to_string(adaptation.mode)},
          {"level", to_number(adaptation.level)},
          {"changes", adaptation.changes},
          {"asked_for", to_json(adaptation.asked_for)},
          {"set", to_json(adaptation.set)},
          {"system", to_json(adaptation.system)},
          {"events", events}};
}

json to_json(const client_report& client) {
  const auto& delivery = client.delivery;
  return {{"client", to_number(client.client)},
          {"pid", client.peer.pid},
          {"uid", client.peer.uid},
          {"address", client.address},
          {"frames_produced", delivery.frames_offered},
          {"frames_delivered", delivery.frames_delivered},
          {"frames_dropped", by_name(delivery.frames_dropped)},
          {"bytes_sent", delivery.bytes_sent},
          {"messages_received", delivery.messages_received},
          {"protocol_errors", delivery.protocol_errors.total()},
          {"pace", to_string(client.pace)},
          {"queue_frames", client.tuning.queue_frames},
          {"socket_buffer_bytes", client.tuning.socket_buffer_bytes},
          {"reason", client.reason}};
}

json to_json(const restart_event& restart) {
  return {{"unix_time_s", unix_seconds(restart.when)},
          {"actor", restart.child},
          {"reason", restart.why},
          {"took_us", to_microseconds(restart.took)}};
}

json to_json(const network::upstream_report& upstream) {
  json result{{"upstream", upstream.upstream},
              {"connects", upstream.connects},
              {"losses", upstream.losses},
              {"goodbyes", upstream.goodbyes},
              {"refusals", upstream.refusals},
              {"last_refusal", upstream.last_refusal},
              {"frames_received", upstream.frames_received},
              {"frames_missing", upstream.frames_missing},
              {"frames_duplicate", upstream.frames_duplicate},
              {"frames_unfit", upstream.frames_unfit},
              {"bytes_received", upstream.bytes_received}};
  if (upstream.clock_offset)
    result["clock"] = {{"offset_us", to_microseconds(*upstream.clock_offset)},
                       {"error_us", to_microseconds(upstream.clock_error)},
                       {"drift_ppm", upstream.clock_drift_ppm},
                       {"origin_error_us", to_microseconds(upstream.origin_error)}};
  return result;
}

json to_json(const child_status& child) {
  return {{"name", child.name},
          {"running", child.running},
          {"failures", child.failures},
          {"restarts", child.restarts},
          {"stuck", child.times_stuck},
          {"stuck_in", child.stuck_in},
          {"last_failure", child.last_failure}};
}

}  // namespace troupe
