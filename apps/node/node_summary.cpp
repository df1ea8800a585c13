#include "apps/node/node_summary.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>
#include <spdlog/fmt/fmt.h>
#include <sys/resource.h>

namespace troupe {
namespace {

using nlohmann::json;

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

template <class Enum, std::size_t Size>
json by_name(const counter_set<Enum, Size>& counters) {
  json result = json::object();
  for (std::size_t i = 0; i < Size; ++i) {
    const auto key = static_cast<Enum>(i);
    result[std::string{to_string(key)}] = counters[key];
  }
  return result;
}

/// Of a stretch of time without readings there is nothing to tell.
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

/// Since the start, where nothing else is said.
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

double unix_seconds(unix_time time) {
  return std::chrono::duration<double>{time.time_since_epoch()}.count();
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

/// The last reading; what could not be read is not there.
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

/// What came from other nodes.
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

/// Each client with the latency of its frames.
json clients_to_json(const node_summary& summary) {
  std::map<client_number, const latency_summary*> latencies;
  for (const auto& each : summary.latency.clients) latencies[each.client] = &each.total;
  json result = json::array();
  for (const auto& client : summary.clients.clients) {
    result.push_back(to_json(client));
    const auto found = latencies.find(client.client);
    if (found != latencies.end()) result.back()["latency"] = to_json(*found->second);
  }
  return result;
}

/// The kernel's own figure of the process (ru_maxrss) begins with that of whoever started it.
std::optional<std::int64_t> peak_memory_kib() {
  constexpr std::string_view title = "VmHWM:";
  std::ifstream status{"/proc/self/status"};
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(title)) return std::stoll(line.substr(title.size()));
  return std::nullopt;
}

}  // namespace

json to_json(const child_status& child) {
  return {{"name", child.name},
          {"running", child.running},
          {"failures", child.failures},
          {"restarts", child.restarts},
          {"stuck", child.times_stuck},
          {"stuck_in", child.stuck_in},
          {"last_failure", child.last_failure}};
}

std::uint64_t node_summary::restarts() const {
  return std::accumulate(children.begin(), children.end(), std::uint64_t{0},
                         [](auto sum, const auto& child) { return sum + child.restarts; });
}

void read_resource_usage(node_summary& summary) {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  summary.cpu = std::chrono::duration<double>{seconds(usage.ru_utime) + seconds(usage.ru_stime)};
  summary.max_rss_kib = peak_memory_kib().value_or(usage.ru_maxrss);
}

json to_json(const node_summary& summary) {
  const auto& total = summary.clients.total;
  json latency = json::object();
  for (const auto& stage : summary.latency.stages)
    latency[std::string{to_string(stage.stage)}] = to_json(stage);
  json events = json::array();
  for (const auto& event : summary.latency.events) events.push_back(to_json(event));
  json actors = json::array();
  for (const auto& child : summary.children) actors.push_back(to_json(child));
  json history = json::array();
  for (const auto& restart : summary.restart_history) history.push_back(to_json(restart));
  json result{{"duration_s", std::chrono::duration<double>{summary.duration}.count()},
              {"frames_produced", summary.source.frames_produced},
              {"frames_unencodable", summary.source.frames_unencodable},
              {"frames_unwanted", summary.source.frames_unwanted},
              {"frames_skipped", summary.source.frames_skipped},
              {"frames_invalid", summary.processor.frames_invalid},
              {"frames_unheard", summary.processor.frames_unheard},
              {"frames_late", summary.processor.frames_late},
              {"frames_offered", total.frames_offered},
              {"frames_delivered", total.frames_delivered},
              {"frames_dropped", by_name(total.frames_dropped)},
              {"bytes_sent", total.bytes_sent},
              {"clients_served", summary.clients.clients_served},
              {"clients", clients_to_json(summary)},
              {"messages_received", total.messages_received},
              {"protocol_errors", total.protocol_errors.total()},
              {"protocol_errors_by_kind", by_name(total.protocol_errors)},
              {"restarts", summary.restarts()},
              {"actors", actors},
              {"restart_history", history},
              {"xruns", summary.source.xruns},
              {"device_losses", summary.source.device_losses},
              {"device_returns", summary.source.device_returns},
              {"latency", latency},
              {"adaptation", to_json(summary.adaptation)},
              {"latency_alarms", by_name(summary.latency.alarms_raised)},
              {"latency_events", events},
              {"latency_monitor", cost_to_json(summary.latency)},
              {"cpu_s", summary.cpu.count()},
              {"max_rss_kib", summary.max_rss_kib}};
  if (summary.upstream) result["link"] = to_json(*summary.upstream);
  return result;
}

std::string to_text(const node_summary& summary) {
  const auto& total = summary.clients.total;
  auto text = fmt::format(
      "{} frames produced in {:.1f} s, {} clients served\n"
      "{} frames offered = {} delivered + {} dropped; {:.1f} kB sent\n"
      "{:.2f} s CPU, {} KiB memory at most, {} restarts, {} protocol errors\n",
      summary.source.frames_produced, std::chrono::duration<double>{summary.duration}.count(),
      summary.clients.clients_served, total.frames_offered, total.frames_delivered,
      total.frames_dropped.total(), static_cast<double>(total.bytes_sent) / 1000,
      summary.cpu.count(), summary.max_rss_kib, summary.restarts(), total.protocol_errors.total());
  if (summary.source.frames_unwanted > 0)
    text += fmt::format("{} frames not encoded, since nobody was there to hear them\n",
                        summary.source.frames_unwanted);
  if (summary.source.frames_skipped > 0)
    text += fmt::format("{} frames left out, since there was no time to make them\n",
                        summary.source.frames_skipped);
  if (summary.adaptation.changes > 0)
    text += fmt::format("adaptation ({}) at level {} in the end, after {} changes\n",
                        to_string(summary.adaptation.mode), to_number(summary.adaptation.level),
                        summary.adaptation.changes);
  for (const auto& stage : summary.latency.stages) {
    const auto& all = stage.since_start;
    text += fmt::format(
        "latency {:<10} p50 {:9.1f} us, p99 {:9.1f}, p99.9 {:9.1f}, min {:9.1f}, max {:9.1f}, "
        "jitter {:9.1f}, {}\n",
        to_string(stage.stage), to_microseconds(all.p50), to_microseconds(all.p99),
        to_microseconds(all.p999), to_microseconds(all.min), to_microseconds(all.max),
        to_microseconds(all.jitter), to_string(stage.trend));
  }
  return text;
}

}  // namespace troupe
