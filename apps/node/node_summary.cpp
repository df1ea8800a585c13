#include "apps/node/node_summary.hpp"

#include <fstream>
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

double microseconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double, std::micro>{duration}.count();
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

json to_json(const client_report& client) {
  const auto& delivery = client.delivery;
  return {{"client", to_number(client.client)},
          {"pid", client.peer.pid},
          {"uid", client.peer.uid},
          {"frames_produced", delivery.frames_offered},
          {"frames_delivered", delivery.frames_delivered},
          {"frames_dropped", by_name(delivery.frames_dropped)},
          {"bytes_sent", delivery.bytes_sent},
          {"messages_received", delivery.messages_received},
          {"protocol_errors", delivery.protocol_errors.total()},
          {"reason", client.reason}};
}

json to_json(const latency_summary& stage) {
  return {{"count", stage.count},
          {"current_us", microseconds(stage.current)},
          {"average_us", microseconds(stage.average)},
          {"min_us", microseconds(stage.min)},
          {"max_us", microseconds(stage.max)},
          {"jitter_us", microseconds(stage.jitter)},
          {"trend", to_string(stage.trend)}};
}

json to_json(const restart_event& restart) {
  return {{"unix_time_s", std::chrono::duration<double>{restart.when.time_since_epoch()}.count()},
          {"actor", restart.child},
          {"reason", restart.why},
          {"took_us", microseconds(restart.took)}};
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
  for (const auto& stage : summary.latency)
    latency[std::string{to_string(stage.stage)}] = to_json(stage);
  json clients = json::array();
  for (const auto& client : summary.clients.clients) clients.push_back(to_json(client));
  json actors = json::array();
  for (const auto& child : summary.children) actors.push_back(to_json(child));
  json history = json::array();
  for (const auto& restart : summary.restart_history) history.push_back(to_json(restart));
  return {{"duration_s", std::chrono::duration<double>{summary.duration}.count()},
          {"frames_produced", summary.source.frames_produced},
          {"frames_unencodable", summary.source.frames_unencodable},
          {"frames_unwanted", summary.source.frames_unwanted},
          {"frames_invalid", summary.processor.frames_invalid},
          {"frames_unheard", summary.processor.frames_unheard},
          {"frames_late", summary.processor.frames_late},
          {"frames_offered", total.frames_offered},
          {"frames_delivered", total.frames_delivered},
          {"frames_dropped", by_name(total.frames_dropped)},
          {"bytes_sent", total.bytes_sent},
          {"clients_served", summary.clients.clients_served},
          {"clients", clients},
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
          {"cpu_s", summary.cpu.count()},
          {"max_rss_kib", summary.max_rss_kib}};
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
  for (const auto& stage : summary.latency)
    text += fmt::format(
        "latency {:<8} average {:9.1f} us, min {:9.1f}, max {:9.1f}, jitter {:9.1f}, {}\n",
        to_string(stage.stage), microseconds(stage.average), microseconds(stage.min),
        microseconds(stage.max), microseconds(stage.jitter), to_string(stage.trend));
  return text;
}

}  // namespace troupe
