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

#include "apps/node/report_json.hpp"

namespace troupe {
namespace {

using nlohmann::json;

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
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

/// A figure that the kernel tells of the process's memory.
std::optional<std::int64_t> memory_kib(std::string_view title) {
  std::ifstream status{"/proc/self/status"};
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(title)) return std::stoll(line.substr(title.size()));
  return std::nullopt;
}

}  // namespace

std::uint64_t node_summary::restarts() const {
  return std::accumulate(children.begin(), children.end(), std::uint64_t{0},
                         [](auto sum, const auto& child) { return sum + child.restarts; });
}

void read_resource_usage(node_summary& summary) {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  summary.cpu = std::chrono::duration<double>{seconds(usage.ru_utime) + seconds(usage.ru_stime)};
  // The other figure of it begins with that of whoever started the process.
  summary.max_rss_kib = memory_kib("VmHWM:").value_or(usage.ru_maxrss);
}

std::int64_t resident_memory_kib() { return memory_kib("VmRSS:").value_or(0); }

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
