#include "apps/inspect/model/trace_record.hpp"

#include <utility>

#include "apps/inspect/model/json_members.hpp"
#include "protocol/failure.hpp"

namespace troupe::inspecting {
namespace {

json_members part_of(const json_members& answer, const char* name) {
  auto part = answer.object(name);
  if (!part)
    throw failure{failure_kind::unknown_format, "the answer has no \"" + std::string{name} +
                                                    "\"; is the node of another version?"};
  return *part;
}

clock_offset parse_clock(const json_members& members) {
  clock_offset result;
  if (const auto clock = members.object("clock")) {
    clock->read_microseconds("offset_us", result.offset);
    clock->read_microseconds("error_us", result.error);
  }
  return result;
}

trace_turn parse_turn(const json_members& members) {
  trace_turn result;
  members.read_microseconds("at_us", result.at);
  members.read_microseconds("for_us", result.lasted);
  members.read("actor", result.actor);
  members.read("message", result.message);
  members.read("from", result.from);
  return result;
}

trace_step parse_step(const json_members& members) {
  trace_step result;
  members.read_microseconds("at_us", result.at);
  members.read("actor", result.actor);
  members.read("step", result.step);
  members.read("frame", result.frame.frame);
  members.read("stream", result.frame.stream);
  return result;
}

void parse_trace_event(const json_members& members, trace_record& target) {
  auto step = parse_step(members);
  if (step.step.empty())
    target.turns.push_back(parse_turn(members));
  else
    target.steps.push_back(std::move(step));
}

}  // namespace

trace_record parse_trace(const nlohmann::json& answer) {
  const auto members = part_of(members_of(answer), "trace");
  trace_record result;
  members.read_unix_seconds("unix_began_s", result.began);
  members.read_seconds("seconds", result.length);
  members.read("dropped", result.dropped);
  result.clock = parse_clock(members);
  members.each("events", [&](const json_members& each) { parse_trace_event(each, result); });
  return result;
}

frame_way parse_frame_way(const nlohmann::json& answer) {
  const auto members = part_of(members_of(answer), "frame");
  frame_way result;
  members.read("stream", result.frame.stream);
  members.read("frame", result.frame.frame);
  members.read_unix_seconds("unix_captured_s", result.captured);
  result.clock = parse_clock(members);
  members.each("steps", [&](const json_members& each) {
    auto step = parse_step(each);
    step.frame = result.frame;
    result.steps.push_back(std::move(step));
  });
  return result;
}

}  // namespace troupe::inspecting
