#include "apps/inspect/model/event.hpp"

#include <utility>

#include "apps/inspect/model/json_members.hpp"

namespace troupe::inspecting {
namespace {

event_level level_named(std::string_view name) {
  if (name == "error") return event_level::error;
  return name == "warning" ? event_level::warning : event_level::info;
}

event parse_event(const json_members& members) {
  event result;
  members.read("number", result.number);
  members.read_unix_seconds("unix_time_s", result.time);
  members.read("kind", result.kind);
  std::string level;
  members.read("level", level);
  result.level = level_named(level);
  members.read("subject", result.subject);
  members.read("text", result.text);
  return result;
}

}  // namespace

std::string_view to_string(event_level level) {
  switch (level) {
    case event_level::info:
      return "info";
    case event_level::warning:
      return "warning";
    case event_level::error:
      return "error";
  }
  return "info";
}

event_list parse_events(const nlohmann::json& answer) {
  const auto members = members_of(answer);
  event_list result;
  members.each("events",
               [&](const json_members& each) { result.events.push_back(parse_event(each)); });
  members.read("last", result.last);
  return result;
}

}  // namespace troupe::inspecting
