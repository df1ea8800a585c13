#include "apps/node/inspection/trace_documents.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "apps/node/inspection/node_document.hpp"
#include "apps/node/report_json.hpp"

namespace troupe {
namespace {

using nlohmann::json;
using probe::frame_step;
using probe::traced_step;
using probe::traced_turn;

using frame_key = std::pair<stream_id, frame_sequence>;

/// The machine's clock as it is now, for what was read on the monotonic one.
unix_time to_unix(steady_time when) {
  return unix_now() - (std::chrono::steady_clock::now() - when);
}

double since_us(steady_time when, steady_time began) { return to_microseconds(when - began); }

std::string name_of(const inspected_node& node, const probe::traced_actor& actor) {
  if (actor.number > 0) return "connection:" + std::to_string(actor.number);
  return node.probes->name_of(actor.kind);
}

std::string to_text(stream_id stream) { return fmt::format("{:016x}", to_number(stream)); }

bool is_first(frame_step step) {
  return step == frame_step::captured || step == frame_step::received;
}

bool is_last(frame_step step) { return step == frame_step::written || step == frame_step::sent; }

bool went_through(const std::vector<traced_step>& steps) {
  const auto has = [&](bool (*which)(frame_step)) {
    return std::any_of(steps.begin(), steps.end(),
                       [which](const auto& each) { return which(each.step); });
  };
  return has(is_first) && has(is_last);
}

json way_document(const inspected_node& node, std::vector<traced_step> steps) {
  std::stable_sort(steps.begin(), steps.end(),
                   [](const auto& a, const auto& b) { return a.at < b.at; });
  const auto began = steps.front().at;
  json way = json::array();
  for (const auto& each : steps)
    way.push_back({{"step", to_string(each.step)},
                   {"actor", name_of(node, each.actor)},
                   {"at_us", since_us(each.at, began)}});
  return {{"stream", to_text(steps.front().stream)},
          {"frame", to_number(steps.front().frame)},
          {"unix_captured_s", unix_seconds(to_unix(began))},
          {"clock", clock_document(node)},
          {"steps", std::move(way)}};
}

json turn_document(const inspected_node& node, const traced_turn& turn, steady_time began) {
  return {{"at_us", since_us(turn.at, began)},
          {"for_us", to_microseconds(turn.took)},
          {"actor", name_of(node, turn.actor)},
          {"message", turn.message.name(node.system)},
          {"from", node.probes->name_of(turn.from)}};
}

json step_document(const inspected_node& node, const traced_step& step, steady_time began) {
  return {{"at_us", since_us(step.at, began)},
          {"actor", name_of(node, step.actor)},
          {"step", to_string(step.step)},
          {"frame", to_number(step.frame)},
          {"stream", to_text(step.stream)}};
}

/// All of a trace but its events.
json head_document(const inspected_node& node, const probe::trace_recording& recording) {
  return {{"unix_began_s", unix_seconds(to_unix(recording.began))},
          {"seconds", std::chrono::duration<double>{recording.until - recording.began}.count()},
          {"dropped", recording.dropped},
          {"clock", clock_document(node)}};
}

}  // namespace

bool append_trace(std::string& text, const inspected_node& node,
                  const probe::trace_recording& recording, const std::atomic<bool>& gives_up) {
  text += head_document(node, recording).dump();
  text.pop_back();  // the events are in the same object
  text += R"(,"events":[)";
  const char* separator = "";
  const auto append = [&](const json& event) {
    text += std::exchange(separator, ",");
    text += event.dump();
  };
  for (const auto& each : recording.turns) {
    if (gives_up) return false;
    append(turn_document(node, each, recording.began));
  }
  for (const auto& each : recording.steps) {
    if (gives_up) return false;
    append(step_document(node, each, recording.began));
  }
  text += "]}";
  return true;
}

json frame_document(const inspected_node& node, const probe::trace_recording& recording) {
  std::map<frame_key, std::vector<traced_step>> ways;
  for (const auto& each : recording.steps) ways[{each.stream, each.frame}].push_back(each);
  for (auto& [frame, steps] : ways)
    if (went_through(steps)) return way_document(node, std::move(steps));
  return nullptr;
}

}  // namespace troupe
