#include "apps/node/inspection/node_document.hpp"

#include <chrono>
#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "actors/probe/journal.hpp"
#include "actors/runtime/reactor.hpp"
#include "apps/common/host_name.hpp"
#include "apps/common/version.hpp"
#include "apps/node/inspection/actor_documents.hpp"
#include "apps/node/node_summary.hpp"
#include "apps/node/report_json.hpp"
#include "protocol/link.hpp"

namespace troupe {
namespace {

using nlohmann::json;

std::string log_level() {
  const auto name = spdlog::level::to_string_view(spdlog::get_level());
  const std::string_view text{name.data(), name.size()};
  return std::string{text == "warning" ? "warn" : text};
}

json identity_document(const inspected_node& node) {
  const auto& tree = node.tree;
  const auto now = unix_now();
  const auto* const network = tree.network();
  const auto listens = network != nullptr && network->listening_at();
  node_summary usage;
  read_resource_usage(usage);
  const auto stream = tree.memory().audience->stream();
  return {{"name", network != nullptr ? network->position->name() : node.settings.name},
          {"program_version", version()},
          {"pid", ::getpid()},
          {"uid", ::getuid()},
          {"host", host_name()},
          {"socket", node.settings.socket},
          {"listen", listens ? "troupe://" + to_string(*network->listening_at()) : ""},
          {"source", tree.sound().description},
          {"unix_started_s", unix_seconds(node.started)},
          {"unix_now_s", unix_seconds(now)},
          {"uptime_s", unix_seconds(now) - unix_seconds(node.started)},
          {"is_healthy", tree.is_healthy()},
          {"log_level", log_level()},
          {"allows_faults", node.settings.allow_faults},
          {"is_probed", node.probes != nullptr},
          {"cpu_s", usage.cpu.count()},
          {"resident_kib", resident_memory_kib()},
          {"max_rss_kib", usage.max_rss_kib},
          {"threads", runtime::reactor::of(node.system).threads()},
          {"last_event", probe::journal::shared().last()},
          {"stream", stream ? fmt::format("{:016x}", to_number(*stream)) : ""}};
}

json stages_document(const latency_report& latency) {
  json result = json::array();
  for (const auto& stage : latency.stages) {
    result.push_back(to_json(stage));
    result.back()["stage"] = to_string(stage.stage);
  }
  return result;
}

/// Of a thousand clients, what the rest would add is more than all else together.
json short_document(const latency_window& window) {
  return {{"count", window.count},
          {"mean_us", to_microseconds(window.mean)},
          {"p50_us", to_microseconds(window.p50)},
          {"p99_us", to_microseconds(window.p99)},
          {"max_us", to_microseconds(window.max)}};
}

json clients_document(const inspected_node& node, const clients_report& clients) {
  std::map<client_number, latency_summary> latencies;
  for (const auto& each : node.tree.memory().latency->connected_clients())
    latencies.emplace(each.client, each.total);
  json result = json::array();
  for (const auto& client : clients.clients) {
    if (!client.reason.empty()) continue;  // it has left
    result.push_back(to_json(client));
    result.back()["frames_queued"] = client.delivery.frames_queued;
    result.back()["unix_counted_s"] = unix_seconds(client.counted);
    if (const auto found = latencies.find(client.client); found != latencies.end()) {
      auto& latency = result.back()["latency"] = short_document(found->second.since_start);
      latency["last_minute"] = short_document(found->second.last_minute);
    }
  }
  return result;
}

json upstream_document(const inspected_node& node) {
  const auto* const network = node.tree.network();
  if (network == nullptr || node.tree.sound().is_encoded_here) return nullptr;
  const auto report = network->upstream->report();
  auto result = to_json(report);
  result["address"] = report.upstream;
  return result;
}

json stream_document(const inspected_node& node) {
  const auto& adaptation = *node.tree.memory().adaptation;
  auto result = to_json(adaptation.report());
  result.erase("events");
  result["is_paused"] = adaptation.is_paused();
  return result;
}

/// When the clients' counts were told, on average: each tells its own once a second.
unix_time counted(const clients_report& clients) {
  std::chrono::nanoseconds sum{0};
  std::int64_t connected = 0;
  const auto now = unix_now();
  for (const auto& client : clients.clients) {
    if (!client.reason.empty()) continue;
    sum += now - client.counted;
    ++connected;
  }
  return connected == 0 ? now : now - sum / connected;
}

json frames_document(const inspected_node& node, const clients_report& clients) {
  const auto source = node.tree.sound().report();
  const auto processor = node.tree.memory().audience->report();
  return {{"produced", source.frames_produced},
          {"unwanted", source.frames_unwanted},
          {"unencodable", source.frames_unencodable},
          {"skipped", source.frames_skipped},
          {"invalid", processor.frames_invalid},
          {"unheard", processor.frames_unheard},
          {"late", processor.frames_late},
          {"offered", clients.total.frames_offered},
          {"delivered", clients.total.frames_delivered},
          {"dropped", by_name(clients.total.frames_dropped)},
          {"unix_counted_s", unix_seconds(counted(clients))},
          {"clients_served", clients.clients_served},
          {"clients_connected", clients.clients_connected},
          {"xruns", source.xruns}};
}

}  // namespace

json node_document(const inspected_node& node, bool with_all_handlers) {
  const auto clients = node.tree.memory().ledger->report();
  const actor_documents actors{node, clients};
  return {{"node", identity_document(node)},
          {"actors", actors.all(with_all_handlers)},
          {"flows", actors.flows()},
          {"stages", stages_document(node.tree.memory().latency->report_of_stages())},
          {"clients", clients_document(node, clients)},
          {"upstream", upstream_document(node)},
          {"stream", stream_document(node)},
          {"frames", frames_document(node, clients)}};
}

json clock_document(const inspected_node& node) {
  const auto* const network = node.tree.network();
  if (network == nullptr) return nullptr;
  const auto report = network->upstream->report();
  if (!report.clock_offset) return nullptr;
  return {{"offset_us", to_microseconds(*report.clock_offset)},
          {"error_us", to_microseconds(report.clock_error)}};
}

}  // namespace troupe
