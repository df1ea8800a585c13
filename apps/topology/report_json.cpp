#include "apps/topology/report_json.hpp"

#include <optional>

#include <nlohmann/json.hpp>

#include "apps/common/json_line.hpp"
#include "apps/topology/fault_text.hpp"
#include "apps/topology/outcome_figures.hpp"
#include "apps/topology/time_text.hpp"

namespace troupe::topology {
namespace {

using json = nlohmann::ordered_json;

json seconds_or_null(const std::optional<run_time>& time) {
  return time ? json(in_seconds(*time)) : json(nullptr);
}

json milliseconds_or_null(const std::optional<run_time>& time) {
  return time ? json(in_milliseconds(*time)) : json(nullptr);
}

template <class Each, class To>
json list_of(const std::vector<Each>& all, To to_object) {
  auto list = json::array();
  for (const auto& each : all) list.push_back(to_object(each));
  return list;
}

json span_object(const heard_span& span) {
  return {{"from_s", in_seconds(span.from)},
          {"to_s", in_seconds(span.to)},
          {"frames", span.frames},
          {"missing_before", span.missing_before}};
}

json recovery_object(const recovery& seen) {
  return {{"fault", seen.fault + 1},
          {"silence_ms", in_milliseconds(seen.silence)},
          {"after_ms", milliseconds_or_null(seen.after)},
          {"after_end_ms", milliseconds_or_null(seen.after_end)}};
}

void add_latency(json& object, const std::optional<latency_percentiles>& latency) {
  const auto add = [&](const char* key, auto percentile) {
    object[key] = latency ? json(((*latency).*percentile).count()) : json(nullptr);
  };
  add("latency_p50_us", &latency_percentiles::p50);
  add("latency_p99_us", &latency_percentiles::p99);
  add("latency_p999_us", &latency_percentiles::p999);
}

json listener_object(const judged_run& run, const listener_outcome& listener) {
  const auto* its_plan = plan_of(run.planned, listener);
  const auto hops = hops_to(run.planned, run.seen, listener);
  json object{{"name", listener.name},
              {"node", its_plan != nullptr ? json(its_plan->node) : json(nullptr)},
              {"hops", hops ? json(*hops) : json(nullptr)},
              {"frames", listener.frames},
              {"missing_frames", listener.missing_frames},
              {"gaps", gaps(listener)},
              {"reconnects", listener.reconnects},
              {"heard_at_the_end", heard_at_the_end(listener, run.seen.duration)}};
  add_latency(object, listener.latency);
  object["recoveries"] = list_of(listener.recoveries, recovery_object);
  object["spans"] = list_of(listener.spans, span_object);
  object["error"] = listener.error;
  return object;
}

json node_object(const node_outcome& node) {
  return {{"name", node.name},
          {"hops", node.hops},
          {"starts", node.starts},
          {"actor_restarts", node.actor_restarts},
          {"memory_at_start_kib", node.memory_at_start_kib},
          {"memory_at_end_kib", node.memory_at_end_kib},
          {"memory_peak_kib", node.memory_peak_kib},
          {"cpu_percent", node.cpu_percent},
          {"error", node.error}};
}

json quality_object(const link_quality& quality) {
  return {{"delay_ms", quality.delay.count()},
          {"loss_percent", quality.loss * 100},
          {"bits_per_second", quality.bits_per_second}};
}

/// `recovery_ms` is nothing where nobody fell silent or heard again.
json fault_object(const judged_run& run, std::size_t index) {
  const auto& fault = run.seen.faults[index];
  json object{{"number", index + 1},
              {"kind", to_string(fault.planned.kind)},
              {"node", fault.planned.node},
              {"upstream", fault.planned.upstream},
              {"actor", fault.planned.actor},
              {"planned_at_s", in_seconds(fault.planned.at)},
              {"begun_s", in_seconds(fault.begun)},
              {"ended_s", seconds_or_null(fault.ended)}};
  if (fault.planned.kind == fault_kind::quality)
    object["quality"] = quality_object(fault.planned.quality);
  const auto recoveries = recoveries_from(run.seen, index);
  std::vector<run_time> times;
  for (const auto& each : recoveries)
    if (const auto time = time_to_recover(each)) times.push_back(*time);
  object["listeners_silenced"] = listeners_silenced(run.seen, index);
  object["silences"] = recoveries.size();
  object["recoveries"] = times.size();
  if (const auto figures = spread_of(std::move(times)))
    object["recovery_ms"] = {{"min", in_milliseconds(figures->least)},
                             {"median", in_milliseconds(figures->median)},
                             {"max", in_milliseconds(figures->most)}};
  else
    object["recovery_ms"] = nullptr;
  object["error"] = fault.error;
  return object;
}

json hops_list(const judged_run& run) {
  auto list = json::array();
  for (const auto& [hops, latency] : latency_by_hops(run.planned, run.seen))
    list.push_back({{"hops", hops}, {"latency_p50_us", latency.count()}});
  return list;
}

json broken_object(const broken_expectation& broken) {
  return {{"who", broken.who}, {"expected", broken.expected}, {"seen", broken.seen}};
}

}  // namespace

std::string to_json(const judged_run& run) {
  json object{{"name", run.planned.name},
              {"passed", run.passed()},
              {"seed", run.seen.seed},
              {"isolated", run.seen.isolated},
              {"duration_s", in_seconds(run.seen.duration)}};
  object["broken_expectations"] = list_of(run.broken, broken_object);
  object["latency_by_hops"] = hops_list(run);
  auto faults = json::array();
  for (std::size_t i = 0; i < run.seen.faults.size(); ++i) faults.push_back(fault_object(run, i));
  object["faults"] = std::move(faults);
  object["nodes"] = list_of(run.seen.nodes, node_object);
  object["listeners"] =
      list_of(run.seen.listeners, [&](const auto& each) { return listener_object(run, each); });
  return json_line(object);
}

}  // namespace troupe::topology
