#include "apps/topology/report_table.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "apps/topology/fault_text.hpp"
#include "apps/topology/outcome_figures.hpp"
#include "apps/topology/time_text.hpp"

namespace troupe::topology {
namespace {

using std::chrono::microseconds;

/// Broken expectations that are told one by one; a whole tree may fall silent.
constexpr std::size_t most_told = 20;

/// What fits into a column, for a name that is longer.
std::string cut(std::string_view text, std::size_t width) {
  return std::string{text.substr(0, width)};
}

/// "least/median/most", or the one number that they all are.
template <class Value, class To>
std::string spread_text(std::vector<Value> values, To to_text) {
  const auto figures = spread_of(std::move(values));
  if (!figures) return "-";
  const auto least = to_text(figures->least);
  const auto median = to_text(figures->median);
  const auto most = to_text(figures->most);
  return least == most ? median : fmt::format("{}/{}/{}", least, median, most);
}

std::string count_text(std::uint64_t count) { return std::to_string(count); }

std::string latency_text(microseconds latency) {
  const auto value = in_milliseconds(latency);
  return fmt::format("{:.{}f}", value, value < 99.95 ? 1 : 0);
}

std::string head_of(const judged_run& run) {
  return fmt::format("{}: {:.1f} s, seed {}, {}\n", run.planned.name, in_seconds(run.seen.duration),
                     run.seen.seed, run.seen.isolated ? "in network namespaces" : "on loopback");
}

std::string listener_row(std::string_view name, std::string_view node, std::string_view frames,
                         std::string_view missing, std::string_view gaps, std::string_view p50,
                         std::string_view p99) {
  return fmt::format("{:<18} {:<15} {:>14} {:>11} {:>7} {:>14} {:>14}\n", cut(name, 18),
                     cut(node, 15), frames, missing, gaps, p50, p99);
}

/// All that were heard of one planned listener.
std::string listener_row(const planned_listener& listener,
                         const std::vector<const listener_outcome*>& of_it) {
  std::vector<std::uint64_t> frames;
  std::vector<std::uint64_t> missing;
  std::vector<std::uint64_t> gap_counts;
  std::vector<microseconds> p50;
  std::vector<microseconds> p99;
  for (const auto* each : of_it) {
    frames.push_back(each->frames);
    missing.push_back(each->missing_frames);
    gap_counts.push_back(gaps(*each));
    if (!each->latency) continue;
    p50.push_back(each->latency->p50);
    p99.push_back(each->latency->p99);
  }
  const auto name = listener.count > 1 ? fmt::format("{} x{}", cut(listener.name, 13), of_it.size())
                                       : listener.name;
  return listener_row(
      name, listener.node, spread_text(std::move(frames), count_text),
      spread_text(std::move(missing), count_text), spread_text(std::move(gap_counts), count_text),
      spread_text(std::move(p50), latency_text), spread_text(std::move(p99), latency_text));
}

std::string listeners_of(const judged_run& run) {
  if (run.planned.listeners.empty()) return {};
  auto text =
      "\n" + listener_row("listener", "at node", "frames", "missing", "gaps", "p50 ms", "p99 ms");
  for (std::size_t i = 0; i < run.planned.listeners.size(); ++i) {
    std::vector<const listener_outcome*> of_it;
    for (const auto& each : run.seen.listeners)
      if (each.planned == i) of_it.push_back(&each);
    text += listener_row(run.planned.listeners[i], of_it);
  }
  return text;
}

std::string hops_of(const judged_run& run) {
  const auto latencies = latency_by_hops(run.planned, run.seen);
  if (latencies.size() < 2) return {};
  auto text = fmt::format("\n{:<19} {:>14} {:>14}\n", "links to the source", "p50 ms", "per link");
  std::optional<std::pair<std::size_t, microseconds>> before;
  for (const auto& [hops, latency] : latencies) {
    std::string more = "-";
    if (before)
      more = fmt::format("{:+.2f}", in_milliseconds(latency - before->second) /
                                        static_cast<double>(hops - before->first));
    text += fmt::format("{:<19} {:>14.2f} {:>14}\n", hops, in_milliseconds(latency), more);
    before = {hops, latency};
  }
  return text;
}

std::string nodes_of(const judged_run& run) {
  if (run.seen.nodes.empty()) return {};
  const auto row = [](const auto& name, const auto& links, const auto& starts, const auto& restarts,
                      const auto& memory, const auto& peak, const auto& cpu) {
    return fmt::format("{:<19} {:>6} {:>7} {:>15} {:>22} {:>14} {:>10}\n", cut(name, 19), links,
                       starts, restarts, memory, peak, cpu);
  };
  auto text = "\n" + row("node", "links", "starts", "actor restarts", "KiB, start to end",
                         "KiB at most", "CPU %");
  for (const auto& node : run.seen.nodes)
    text += row(node.name, node.hops, node.starts, node.actor_restarts,
                fmt::format("{} to {}", node.memory_at_start_kib, node.memory_at_end_kib),
                node.memory_peak_kib, fmt::format("{:.1f}", node.cpu_percent));
  return text;
}

std::string lasted(const done_fault& fault) {
  if (!fault.error.empty()) return "not done";
  if (fault.ended && *fault.ended > fault.begun) return readable_text(*fault.ended - fault.begun);
  return is_momentary(fault.planned.kind) ? "-" : "to end";
}

/// How long those who fell silent were without sound; and how many never had it again.
std::string recovery_text(const std::vector<recovery>& recoveries) {
  if (recoveries.empty()) return "nobody noticed";
  std::vector<microseconds> times;
  for (const auto& each : recoveries)
    if (const auto time = time_to_recover(each)) times.push_back(*time);
  const auto never = recoveries.size() - times.size();
  const auto to_text = [](microseconds time) {
    return fmt::format("{:.0f}", in_milliseconds(time));
  };
  auto text = times.empty() ? std::string{} : spread_text(std::move(times), to_text);
  if (never > 0) text += fmt::format("{}{} never", text.empty() ? "" : ", ", never);
  return text;
}

std::string faults_of(const judged_run& run) {
  if (run.seen.faults.empty()) return {};
  const auto row = [](const auto& number, const auto& at, const auto& what, const auto& length,
                      const auto& silenced, const auto& recovered) {
    return fmt::format("{:>3} {:>7}  {:<46} {:>8} {:>8}  {}\n", number, at, cut(what, 46), length,
                       silenced, recovered);
  };
  auto text = "\n" + row("", "at", "fault", "lasted", "silenced", "sound again, ms");
  for (std::size_t i = 0; i < run.seen.faults.size(); ++i) {
    const auto& fault = run.seen.faults[i];
    const auto recoveries = recoveries_from(run.seen, i);
    text += row(i + 1, readable_text(fault.begun), text_of(fault.planned), lasted(fault),
                listeners_silenced(run.seen, i), recovery_text(recoveries));
  }
  return text;
}

std::string verdict_of(const judged_run& run) {
  if (run.passed()) return "\npassed: all was as expected\n";
  std::string text = "\n";
  for (std::size_t i = 0; i < std::min(run.broken.size(), most_told); ++i) {
    const auto& each = run.broken[i];
    text += fmt::format("{}: expected: {}; seen: {}\n", each.who, each.expected, each.seen);
  }
  if (run.broken.size() > most_told)
    text += fmt::format("... and {} more; --json has them all\n", run.broken.size() - most_told);
  return text + fmt::format("failed: {} not as expected\n",
                            run.broken.size() == 1
                                ? std::string{"1 thing was"}
                                : fmt::format("{} things were", run.broken.size()));
}

}  // namespace

std::string to_table(const judged_run& run) {
  return head_of(run) + listeners_of(run) + hops_of(run) + nodes_of(run) + faults_of(run) +
         verdict_of(run);
}

}  // namespace troupe::topology
