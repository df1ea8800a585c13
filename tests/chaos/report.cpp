#include "tests/chaos/report.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>

#include <spdlog/fmt/fmt.h>

namespace troupe::chaos {
namespace {

double milliseconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double, std::milli>{duration}.count();
}

/// The value that `part` (0 to 1) of all do not exceed, by the nearest rank; 0 of none.
double percentile(std::vector<double> values, double part) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const auto rank = std::ceil(part * static_cast<double>(values.size()));
  return values[std::max<std::size_t>(static_cast<std::size_t>(rank), 1) - 1];
}

/// What came of the faults of one kind at one target, or of all of them.
struct figures {
  std::vector<double> missed_frames;
  std::vector<double> next_frame_ms;
};

figures figures_of(const observation& seen, const judgement& judged,
                   std::optional<fault_target> target = {}, std::optional<fault_kind> kind = {}) {
  figures result;
  for (std::size_t i = 0; i < seen.faults.size(); ++i) {
    const auto& what = seen.faults[i].what;
    if ((target && what.target != *target) || (kind && what.kind != *kind)) continue;
    const auto& effect = judged.effects[i];
    result.missed_frames.push_back(static_cast<double>(effect.missed_frames));
    if (effect.next_frame) result.next_frame_ms.push_back(milliseconds(*effect.next_frame));
  }
  return result;
}

std::string row(std::string_view target, std::string_view kind, const figures& its) {
  return fmt::format("{:<22} {:<6} {:>5} {:>8.0f} {:>6.0f} {:>9.1f} {:>7.1f} {:>7.1f}\n", target,
                     kind, its.missed_frames.size(), percentile(its.missed_frames, 0.5),
                     percentile(its.missed_frames, 1), percentile(its.next_frame_ms, 0.5),
                     percentile(its.next_frame_ms, 0.99), percentile(its.next_frame_ms, 1));
}

std::string table(const observation& seen, const judgement& judged) {
  auto text = fmt::format("{:<22} {:<6} {:>5} {:>15} {:>25}\n", "", "", "", "missed frames",
                          "next frame after, ms");
  text += fmt::format("{:<22} {:<6} {:>5} {:>8} {:>6} {:>9} {:>7} {:>7}\n", "target", "kind",
                      "count", "median", "worst", "median", "p99", "worst");
  for (const auto target : fault_targets)
    for (const auto kind : fault_kinds)
      text += row(to_string(target), to_string(kind), figures_of(seen, judged, target, kind));
  return text + row("all", "", figures_of(seen, judged));
}

std::vector<double> returns_ms(const judgement& judged) {
  std::vector<double> result;
  for (const auto duration : judged.returns) result.push_back(milliseconds(duration));
  return result;
}

std::size_t disturbed_faults(const judgement& judged) {
  return static_cast<std::size_t>(
      std::count_if(judged.effects.begin(), judged.effects.end(),
                    [](const auto& effect) { return effect.is_disturbed; }));
}

nlohmann::json json_row(fault_target target, fault_kind kind, const figures& its) {
  return {{"target", to_string(target)},
          {"kind", to_string(kind)},
          {"count", its.missed_frames.size()},
          {"missed_frames_median", percentile(its.missed_frames, 0.5)},
          {"missed_frames_worst", percentile(its.missed_frames, 1)},
          {"next_frame_median_ms", percentile(its.next_frame_ms, 0.5)},
          {"next_frame_p99_ms", percentile(its.next_frame_ms, 0.99)},
          {"next_frame_worst_ms", percentile(its.next_frame_ms, 1)}};
}

}  // namespace

std::string to_text(const chaos_options& options, const observation& seen,
                    const judgement& judged) {
  const auto returns = returns_ms(judged);
  auto text = table(seen, judged);
  text += fmt::format(
      "{} frames heard by {} listeners; back after a hit in {:.1f} ms (median), {:.1f} (p99), "
      "{:.1f} (worst)\n",
      judged.frames_heard, seen.listeners.size(), percentile(returns, 0.5),
      percentile(returns, 0.99), percentile(returns, 1));
  text += fmt::format(
      "the machine stood still for {:.1f} ms at most; {} faults are not judged for that\n",
      milliseconds(judged.longest_stall), disturbed_faults(judged));
  text += fmt::format("{} faults found nobody: their targets waited for a restart\n",
                      seen.faults_without_victim);
  if (options.interval < distinct_interval)
    text += "the faults were too close to each other to judge missed frames\n";
  for (const auto& violation : judged.violations) text += "VIOLATION " + violation + '\n';
  return text + fmt::format("{}: {} faults, {} violations, seed {}\n",
                            judged.violations.empty() ? "passed" : "FAILED", seen.faults.size(),
                            judged.violations.size(), options.seed);
}

nlohmann::json to_json(const chaos_options& options, const observation& seen,
                       const judgement& judged) {
  nlohmann::json rows = nlohmann::json::array();
  for (const auto target : fault_targets)
    for (const auto kind : fault_kinds)
      rows.push_back(json_row(target, kind, figures_of(seen, judged, target, kind)));
  const auto returns = returns_ms(judged);
  return {{"seed", options.seed},
          {"duration_s", options.duration.count()},
          {"interval_ms", milliseconds(options.interval)},
          {"listeners", seen.listeners.size()},
          {"connections_made", seen.connections_made},
          {"frames_heard", judged.frames_heard},
          {"missed_frames_before_faults", judged.missed_before_faults},
          {"faults", seen.faults.size()},
          {"faults_not_judged", disturbed_faults(judged)},
          {"longest_stall_ms", milliseconds(judged.longest_stall)},
          {"listener_back_median_ms", percentile(returns, 0.5)},
          {"listener_back_p99_ms", percentile(returns, 0.99)},
          {"listener_back_worst_ms", percentile(returns, 1)},
          {"by_target_and_kind", rows},
          {"violations", judged.violations},
          {"passed", judged.violations.empty()}};
}

}  // namespace troupe::chaos
