#include "apps/inspect/report/report_json.hpp"

#include <chrono>
#include <string_view>

#include <nlohmann/json.hpp>

#include "apps/common/json_line.hpp"
#include "apps/inspect/model/findings.hpp"
#include "apps/inspect/model/to_json.hpp"

namespace troupe::inspecting {
namespace {

using nlohmann::json;

std::string_view to_string(presence state) {
  switch (state) {
    case presence::awaited:
      return "awaited";
    case presence::present:
      return "present";
    case presence::away:
      return "away";
  }
  return "away";
}

json findings_of(const node_view& view) {
  auto list = json::array();
  if (!view.latest) return list;
  for (const auto& each : findings_in(view.latest->parsed, view.between ? &*view.between : nullptr))
    list.push_back(to_json(each));
  return list;
}

json events_of(const node_view& view) {
  auto list = json::array();
  if (!view.events) return list;
  for (const auto& each : *view.events) list.push_back(to_json(each));
  return list;
}

}  // namespace

json to_json(const node_view& view) {
  return {{"target", to_string(view.node)},
          {"name", view.name()},
          {"state", to_string(view.state)},
          {"since_unix_s", std::chrono::duration<double>{view.since.time_since_epoch()}.count()},
          {"reason", view.trouble ? view.trouble->what() : ""},
          {"snapshot", view.latest ? view.latest->document : json{}},
          {"rates", view.between ? to_json(*view.between) : json{}},
          {"findings", findings_of(view)},
          {"events", events_of(view)}};
}

std::string report_json(const std::vector<std::shared_ptr<const node_view>>& nodes) {
  auto list = json::array();
  for (const auto& view : nodes) list.push_back(to_json(*view));
  return json_line(json{{"version", 1}, {"nodes", std::move(list)}});
}

}  // namespace troupe::inspecting
