#include "apps/inspect/model/snapshot.hpp"

#include <numeric>
#include <utility>

#include "apps/inspect/model/json_members.hpp"
#include "protocol/failure.hpp"

namespace troupe::inspecting {
namespace {

time_spread spread_in(const json_members& members) {
  time_spread result;
  members.read("count", result.count);
  members.read_microseconds("min_us", result.min);
  members.read_microseconds("mean_us", result.mean);
  members.read_microseconds("p50_us", result.p50);
  members.read_microseconds("p95_us", result.p95);
  members.read_microseconds("p99_us", result.p99);
  members.read_microseconds("p999_us", result.p999);
  members.read_microseconds("max_us", result.max);
  members.read_microseconds("jitter_us", result.jitter);
  return result;
}

time_spread spread_of(const json_members& members, const char* name) {
  const auto part = members.object(name);
  return part ? spread_in(*part) : time_spread{};
}

node_facts parse_node(const json_members& members) {
  node_facts result;
  members.read("name", result.name);
  members.read("program_version", result.program_version);
  members.read("pid", result.pid);
  members.read("uid", result.uid);
  members.read("host", result.host);
  members.read("socket", result.socket);
  members.read("listen", result.listen);
  members.read("source", result.source);
  members.read_unix_seconds("unix_started_s", result.started);
  members.read_unix_seconds("unix_now_s", result.now);
  members.read_seconds("uptime_s", result.uptime);
  members.read("is_healthy", result.is_healthy);
  members.read("log_level", result.log_level);
  members.read("allows_faults", result.allows_faults);
  members.read("may_steer", result.may_steer);
  members.read("is_probed", result.is_probed);
  members.read_seconds("cpu_s", result.cpu);
  members.read("resident_kib", result.resident_kib);
  members.read("threads", result.threads);
  members.read("inspectors", result.inspectors);
  members.read("last_event", result.last_event);
  members.read("stream", result.stream);
  return result;
}

handler_facts parse_handler(const json_members& members) {
  handler_facts result;
  members.read("message", result.message);
  members.read("from", result.from);
  members.read_microseconds("total_us", result.total);
  result.times = spread_in(members);
  return result;
}

mailbox_facts parse_mailbox(const json_members& members) {
  mailbox_facts result;
  members.read("now", result.now);
  members.read("peak", result.peak);
  members.read("dropped", result.dropped);
  return result;
}

message_in_hand parse_in_hand(const json_members& members) {
  message_in_hand result;
  members.read("message", result.message);
  members.read_microseconds("for_us", result.lasting);
  return result;
}

actor_facts parse_actor_facts(const json_members& members) {
  actor_facts result;
  members.read("name", result.name);
  members.read("kind", result.kind);
  members.read("parent", result.parent);
  members.read("state", result.state);
  members.read_seconds("age_s", result.age);
  members.read("running", result.running);
  members.read("failures", result.failures);
  members.read("restarts", result.restarts);
  members.read("times_stuck", result.times_stuck);
  members.read("last_failure", result.last_failure);
  if (const auto mailbox = members.object("mailbox")) result.mailbox = parse_mailbox(*mailbox);
  if (const auto in_hand = members.object("in_hand")) result.in_hand = parse_in_hand(*in_hand);
  members.read("turns", result.turns);
  members.read_microseconds("busy_us", result.busy);
  members.read("bytes", result.bytes);
  result.wait = spread_of(members, "wait");
  members.each("handlers",
               [&](const json_members& each) { result.handlers.push_back(parse_handler(each)); });
  return result;
}

flow_facts parse_flow(const json_members& members) {
  flow_facts result;
  members.read("from", result.from);
  members.read("to", result.to);
  members.read("message", result.message);
  members.read("count", result.count);
  result.wait = spread_of(members, "wait");
  return result;
}

stage_facts parse_stage(const json_members& members) {
  stage_facts result;
  members.read("stage", result.stage);
  result.times = spread_in(members);
  members.read("trend", result.trend);
  members.read_microseconds("current_us", result.current);
  members.read_microseconds("average_us", result.average);
  result.last_second = spread_of(members, "last_second");
  result.last_minute = spread_of(members, "last_minute");
  return result;
}

client_facts parse_client(const json_members& members) {
  client_facts result;
  members.read("client", result.client);
  members.read("pid", result.pid);
  members.read("uid", result.uid);
  members.read("address", result.address);
  members.read("frames_produced", result.frames_produced);
  members.read("frames_delivered", result.frames_delivered);
  members.read("frames_queued", result.frames_queued);
  members.read_counts("frames_dropped", result.frames_dropped);
  members.read("bytes_sent", result.bytes_sent);
  members.read("messages_received", result.messages_received);
  members.read("protocol_errors", result.protocol_errors);
  members.read("pace", result.pace);
  members.read("queue_frames", result.queue_frames);
  members.read("socket_buffer_bytes", result.socket_buffer_bytes);
  members.read("reason", result.reason);
  members.read_unix_seconds("unix_counted_s", result.counted);
  if (const auto latency = members.object("latency")) {
    result.latency = spread_in(*latency);
    result.latency_in_last_minute = spread_of(*latency, "last_minute");
  }
  return result;
}

clock_facts parse_clock(const json_members& members) {
  clock_facts result;
  members.read_microseconds("offset_us", result.offset);
  members.read_microseconds("error_us", result.error);
  members.read("drift_ppm", result.drift_ppm);
  members.read_microseconds("origin_error_us", result.origin_error);
  return result;
}

upstream_facts parse_upstream(const json_members& members) {
  upstream_facts result;
  members.read("upstream", result.upstream);
  members.read("address", result.address);
  members.read("connects", result.connects);
  members.read("losses", result.losses);
  members.read("goodbyes", result.goodbyes);
  members.read("refusals", result.refusals);
  members.read("last_refusal", result.last_refusal);
  members.read("frames_received", result.frames_received);
  members.read("frames_missing", result.frames_missing);
  members.read("frames_duplicate", result.frames_duplicate);
  members.read("frames_unfit", result.frames_unfit);
  members.read("bytes_received", result.bytes_received);
  if (const auto clock = members.object("clock")) result.clock = parse_clock(*clock);
  return result;
}

tuning_facts parse_tuning(const json_members& members) {
  tuning_facts result;
  members.read("complexity", result.complexity);
  members.read("bitrate_bps", result.bitrate_bps);
  members.read_milliseconds("frame_ms", result.frame_duration);
  members.read("fec", result.fec);
  members.read("expected_loss_percent", result.expected_loss_percent);
  members.read("queue_frames", result.queue_frames);
  members.read("socket_buffer_bytes", result.socket_buffer_bytes);
  return result;
}

stream_facts parse_stream(const json_members& members) {
  stream_facts result;
  members.read("mode", result.mode);
  members.read("is_paused", result.is_paused);
  members.read("level", result.level);
  members.read("changes", result.changes);
  if (const auto asked_for = members.object("asked_for"))
    result.asked_for = parse_tuning(*asked_for);
  if (const auto set = members.object("set")) result.set = parse_tuning(*set);
  members.read_numbers("system", result.system);
  return result;
}

frame_counts parse_frames(const json_members& members) {
  frame_counts result;
  members.read("produced", result.produced);
  members.read("unwanted", result.unwanted);
  members.read("unencodable", result.unencodable);
  members.read("skipped", result.skipped);
  members.read("invalid", result.invalid);
  members.read("unheard", result.unheard);
  members.read("late", result.late);
  members.read("offered", result.offered);
  members.read("delivered", result.delivered);
  members.read_counts("dropped", result.dropped);
  members.read_unix_seconds("unix_counted_s", result.counted);
  members.read("clients_served", result.clients_served);
  members.read("clients_connected", result.clients_connected);
  return result;
}

}  // namespace

std::uint64_t total(const std::map<std::string, std::uint64_t>& by_cause) {
  return std::accumulate(by_cause.begin(), by_cause.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const auto& each) { return sum + each.second; });
}

snapshot parse_snapshot(const nlohmann::json& answer) {
  const auto members = members_of(answer);
  snapshot result;
  if (const auto node = members.object("node")) result.node = parse_node(*node);
  members.each("actors",
               [&](const json_members& each) { result.actors.push_back(parse_actor_facts(each)); });
  members.each("flows",
               [&](const json_members& each) { result.flows.push_back(parse_flow(each)); });
  members.each("stages",
               [&](const json_members& each) { result.stages.push_back(parse_stage(each)); });
  members.each("clients",
               [&](const json_members& each) { result.clients.push_back(parse_client(each)); });
  if (const auto upstream = members.object("upstream")) result.upstream = parse_upstream(*upstream);
  if (const auto stream = members.object("stream")) result.stream = parse_stream(*stream);
  if (const auto frames = members.object("frames")) result.frames = parse_frames(*frames);
  return result;
}

actor_facts parse_actor(const nlohmann::json& answer) {
  const auto actor = members_of(answer).object("actor");
  if (!actor)
    throw failure{failure_kind::unknown_format,
                  "the answer has no \"actor\"; is the node of another version?"};
  return parse_actor_facts(*actor);
}

}  // namespace troupe::inspecting
