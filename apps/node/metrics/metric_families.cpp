#include "apps/node/metrics/metric_families.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "actors/supervision/role.hpp"
#include "apps/common/version.hpp"
#include "apps/node/node_summary.hpp"
#include "apps/node/report_json.hpp"

namespace troupe {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

using labels = std::vector<ClientMetric::Label>;

double seconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>{duration}.count();
}

/// Metrics of one name, by their labels.
class family {
 public:
  family(MetricType type, std::string name, std::string help) {
    result_.type = type;
    result_.name = "troupe_" + std::move(name);
    result_.help = std::move(help);
  }

  family& add(double value, labels which = {}) {
    auto& metric = result_.metric.emplace_back();
    metric.label = std::move(which);
    (result_.type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
    return *this;
  }
  family& add(std::uint64_t value, labels which = {}) {
    return add(static_cast<double>(value), std::move(which));
  }
  family& add(const latency_window& window, labels which) {
    auto& metric = result_.metric.emplace_back();
    metric.label = std::move(which);
    metric.summary.sample_count = window.count;
    metric.summary.sample_sum = seconds(window.mean) * static_cast<double>(window.count);
    metric.summary.quantile = {{0.5, seconds(window.p50)},
                               {0.95, seconds(window.p95)},
                               {0.99, seconds(window.p99)},
                               {0.999, seconds(window.p999)}};
    return *this;
  }

  MetricFamily take() { return std::move(result_); }

 private:
  MetricFamily result_;
};

family counter(std::string name, std::string help) {
  return {MetricType::Counter, std::move(name), std::move(help)};
}

family gauge(std::string name, std::string help) {
  return {MetricType::Gauge, std::move(name), std::move(help)};
}

template <class Enum, std::size_t Size>
family by_cause(std::string name, std::string help, const counter_set<Enum, Size>& counters) {
  auto result = counter(std::move(name), std::move(help));
  for (std::size_t i = 0; i < Size; ++i) {
    const auto cause = static_cast<Enum>(i);
    result.add(counters[cause], {{"cause", std::string{to_string(cause)}}});
  }
  return result;
}

using families = std::vector<MetricFamily>;

void add_process(families& result, const inspected_node& node) {
  node_summary usage;
  read_resource_usage(usage);
  result.push_back(gauge("build_info", "Which release runs; always 1")
                       .add(1.0, {{"version", std::string{version()}}})
                       .take());
  result.push_back(gauge("start_time_seconds", "When the node began, in Unix time")
                       .add(unix_seconds(node.started))
                       .take());
  result.push_back(
      counter("cpu_seconds_total", "CPU time of the process").add(usage.cpu.count()).take());
  result.push_back(gauge("resident_memory_bytes", "Memory of the process that is in RAM")
                       .add(static_cast<double>(resident_memory_kib()) * 1024)
                       .take());
  result.push_back(gauge("healthy", "1 while nobody is stuck and the supervisors do their work")
                       .add(node.tree.is_healthy() ? 1.0 : 0.0)
                       .take());
}

void add_frames(families& result, const inspected_node& node) {
  const auto source = node.tree.sound().report();
  const auto processor = node.tree.memory().audience->report();
  result.push_back(counter("frames_produced_total", "Frames that the source gave")
                       .add(source.frames_produced)
                       .take());
  result.push_back(counter("frames_unwanted_total", "Frames not encoded, since nobody was there")
                       .add(source.frames_unwanted)
                       .take());
  result.push_back(counter("frames_skipped_total", "Frames left out for want of time or room")
                       .add(source.frames_skipped + source.frames_unencodable)
                       .take());
  result.push_back(counter("frames_refused_total", "Frames that were not valid, or came too late")
                       .add(processor.frames_invalid, {{"cause", "invalid"}})
                       .add(processor.frames_late, {{"cause", "late"}})
                       .take());
  result.push_back(counter("device_xruns_total", "Times the sound device had to drop sound")
                       .add(source.xruns)
                       .take());
  result.push_back(
      counter("device_losses_total", "Times the sound device, or the upstream, was lost")
          .add(source.device_losses)
          .take());
}

void add_clients(families& result, const inspected_node& node) {
  const auto clients = node.tree.memory().ledger->report();
  const auto& total = clients.total;
  result.push_back(
      gauge("clients", "Clients that are connected").add(clients.clients_connected).take());
  result.push_back(
      counter("clients_served_total", "Clients that have come").add(clients.clients_served).take());
  result.push_back(counter("client_frames_offered_total", "Frames meant for clients, each counted")
                       .add(total.frames_offered)
                       .take());
  result.push_back(counter("client_frames_delivered_total", "Frames that the kernel took for them")
                       .add(total.frames_delivered)
                       .take());
  result.push_back(by_cause("client_frames_dropped_total", "Frames that did not reach a client",
                            total.frames_dropped)
                       .take());
  result.push_back(gauge("client_frames_queued", "Frames that wait for clients")
                       .add(total.frames_queued)
                       .take());
  result.push_back(
      counter("client_sent_bytes_total", "Bytes sent to clients").add(total.bytes_sent).take());
  result.push_back(by_cause("client_protocol_errors_total", "What clients sent that cannot be",
                            total.protocol_errors)
                       .take());
}

void add_latency(families& result, const inspected_node& node) {
  const auto latency = node.tree.memory().latency->report_of_stages();
  family stages{MetricType::Summary, "latency_seconds", "Time that frames took, by stage"};
  for (const auto& stage : latency.stages)
    stages.add(stage.since_start, {{"stage", std::string{to_string(stage.stage)}}});
  result.push_back(stages.take());
  auto alarms = counter("latency_alarms_total", "Thresholds of the latency that were crossed");
  for (std::size_t i = 0; i < latency_alarm_count; ++i) {
    const auto alarm = static_cast<latency_alarm>(i);
    alarms.add(latency.alarms_raised[alarm], {{"alarm", std::string{to_string(alarm)}}});
  }
  result.push_back(alarms.take());
}

void add_adaptation(families& result, const inspected_node& node) {
  const auto adaptation = node.tree.memory().adaptation->report();
  const auto& codec = adaptation.set.codec;
  result.push_back(gauge("adaptation_level", "0 (as asked for) to 8")
                       .add(static_cast<double>(to_number(adaptation.level)))
                       .take());
  result.push_back(counter("adaptation_changes_total", "Changes that adaptation made")
                       .add(adaptation.changes)
                       .take());
  result.push_back(gauge("bitrate_bits_per_second", "What the encoder is set to")
                       .add(static_cast<double>(codec.bitrate_bps))
                       .take());
  result.push_back(gauge("frame_duration_seconds", "What the encoder is set to")
                       .add(seconds(codec.frame_duration))
                       .take());
}

/// Senders of links count as connections.
probe::duration_tally busy_of(probe::probe_board& probes, const std::string& name) {
  probe::duration_tally all;
  const auto add = [&](std::string_view kind) {
    for (const auto& handler : probes.read(probes.kind_of(kind))) all += handler.busy;
  };
  add(name);
  if (name == "connection") add("link_sender");
  return all;
}

void add_actors(families& result, const inspected_node& node) {
  auto up = gauge("actor_up", "How many of these actors there are");
  auto failures = counter("actor_failures_total", "Failures of actors");
  auto restarts = counter("actor_restarts_total", "Restarts of actors");
  auto mailbox = gauge("actor_mailbox_messages", "Messages that wait for an actor");
  auto dropped = counter("actor_messages_dropped_total", "Messages for which there was no room");
  auto turns = counter("actor_turns_total", "Messages and wake-ups that actors acted on");
  auto busy = counter("actor_busy_seconds_total", "Time that actors acted");
  for (const auto& child : node.tree.children()) {
    const labels which{{"actor", child.name}};
    up.add(child.running, which);
    failures.add(child.failures, which);
    restarts.add(child.restarts, which);
    if (const auto role = node.tree.role_named(child.name)) {
      const auto room = supervision::role_of(role).report();
      mailbox.add(static_cast<double>(room.waiting), which);
      dropped.add(room.dropped, which);
    }
    if (!node.probes) continue;
    const auto all = busy_of(*node.probes, child.name);
    turns.add(all.count(), which);
    busy.add(seconds(all.total()), which);
  }
  for (auto* each : {&up, &failures, &restarts, &mailbox, &dropped, &turns, &busy})
    result.push_back(each->take());
}

void add_upstream(families& result, const inspected_node& node) {
  const auto* const network = node.tree.network();
  if (network == nullptr || node.tree.sound().is_encoded_here) return;
  const auto link = network->upstream->report();
  result.push_back(gauge("link_up", "1 while another node serves this one")
                       .add(link.upstream.empty() ? 0.0 : 1.0)
                       .take());
  result.push_back(
      counter("link_connects_total", "Links that came about").add(link.connects).take());
  result.push_back(counter("link_losses_total", "Links that were lost").add(link.losses).take());
  result.push_back(counter("link_frames_received_total", "Frames from other nodes")
                       .add(link.frames_received)
                       .take());
  result.push_back(counter("link_frames_missing_total", "Frames of other nodes that never came")
                       .add(link.frames_missing)
                       .take());
}

}  // namespace

std::vector<MetricFamily> metric_families(const inspected_node& node) {
  families result;
  add_process(result, node);
  add_frames(result, node);
  add_clients(result, node);
  add_latency(result, node);
  add_adaptation(result, node);
  add_actors(result, node);
  add_upstream(result, node);
  std::erase_if(result, [](const auto& each) { return each.metric.empty(); });
  return result;
}

}  // namespace troupe
