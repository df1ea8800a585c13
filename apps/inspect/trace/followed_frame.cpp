#include "apps/inspect/trace/followed_frame.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/inspect/report/event_line.hpp"
#include "apps/inspect/report/text_table.hpp"
#include "apps/inspect/text/printable.hpp"
#include "apps/inspect/text/short_numbers.hpp"
#include "protocol/clock.hpp"
#include "protocol/failure.hpp"

namespace troupe::inspecting {
namespace {

using std::chrono::nanoseconds;

std::size_t nodes_in(const frame_steps& steps) {
  std::set<std::size_t> nodes;
  for (const auto& each : steps) nodes.insert(each.node);
  return nodes.size();
}

/// How long a step took after the one that led to it. Where clocks are not exact it may be
/// negative.
nanoseconds time_taken(const frame_steps& steps, const frame_step& step) {
  return step.after ? step.at - steps[*step.after].at : nanoseconds{0};
}

std::string place_text(const followed_frame& frame, const frame_step& step) {
  const auto actor = printable(step.actor);
  return frame.nodes.size() > 1 ? printable(frame.nodes[step.node].name) + "/" + actor : actor;
}

/// Which stretch took longest.
std::string longest_text(const followed_frame& frame) {
  const auto& steps = frame.steps;
  const auto longest = std::ranges::max_element(
      steps, {}, [&](const frame_step& each) { return time_taken(steps, each); });
  if (longest == steps.end() || !longest->after) return {};
  const auto& before = steps[*longest->after];
  return fmt::format("\nIn all {}; the longest stretch, {}, is from {} ({}) to {} ({}).\n",
                     short_time(steps.back().at - steps.front().at),
                     short_time(time_taken(steps, *longest)), printable(before.step),
                     place_text(frame, before), printable(longest->step),
                     place_text(frame, *longest));
}

/// What is known of the clocks of the nodes that the frame passed, but for the first.
std::string clocks_text(const followed_frame& frame) {
  std::string text;
  for (const auto& each : frame.nodes)
    if (each.clock.error.count() > 0)
      text += fmt::format("Times in {} are known but for {}.\n", printable(each.name),
                          short_time(each.clock.error));
  return text;
}

}  // namespace

followed_frame follow_one(const std::string& node, const frame_way& way) {
  node_trace trace{.node = node, .record = {}, .clock = {}};
  trace.record.began = way.captured;
  trace.record.steps = way.steps;
  auto followed = follow_furthest({trace});
  if (!followed)
    throw failure{failure_kind::unknown_format,
                  printable(node) + " has followed a frame, but says no step of its way"};
  return *std::move(followed);
}

std::optional<followed_frame> follow_furthest(const std::vector<node_trace>& traces) {
  const auto frames = steps_by_frame(traces);
  if (frames.empty()) return std::nullopt;
  const auto furthest = std::ranges::max_element(frames, {}, [](const auto& each) {
    return std::pair{nodes_in(each.second), each.second.size()};
  });
  followed_frame result{furthest->first, furthest->second, {}};
  for (const auto& each : traces) result.nodes.push_back({each.node, each.clock});
  return result;
}

std::string to_text(const followed_frame& frame) {
  const auto& steps = frame.steps;
  auto text = fmt::format("Frame {} of stream {}, from {} on\n\n", frame.name.frame,
                          printable(frame.name.stream), wall_time(steps.front().at));
  text_table table{{">at", ">took", "step", "where", "after"}};
  for (const auto& step : steps)
    table.add({short_time(step.at - steps.front().at),
               step.after ? short_time(time_taken(steps, step)) : "", printable(step.step),
               place_text(frame, step),
               step.after ? printable(steps[*step.after].step) + " by " +
                                place_text(frame, steps[*step.after])
                          : ""});
  return text + table.text("  ") + longest_text(frame) + clocks_text(frame);
}

nlohmann::json to_json(const followed_frame& frame) {
  auto steps = nlohmann::json::array();
  const auto first = frame.steps.front().at;
  for (const auto& step : frame.steps)
    steps.push_back({{"node", frame.nodes[step.node].name},
                     {"actor", step.actor},
                     {"step", step.step},
                     {"at_us", to_microseconds(step.at - first)},
                     {"took_us", to_microseconds(time_taken(frame.steps, step))},
                     {"after", step.after ? nlohmann::json(*step.after) : nlohmann::json{}}});
  auto nodes = nlohmann::json::array();
  for (const auto& each : frame.nodes)
    nodes.push_back({{"name", each.name},
                     {"clock_offset_us", to_microseconds(each.clock.offset)},
                     {"clock_error_us", to_microseconds(each.clock.error)}});
  return {{"version", 1},
          {"stream", frame.name.stream},
          {"frame", frame.name.frame},
          {"unix_captured_s", std::chrono::duration<double>{first.time_since_epoch()}.count()},
          {"nodes", std::move(nodes)},
          {"steps", std::move(steps)}};
}

}  // namespace troupe::inspecting
