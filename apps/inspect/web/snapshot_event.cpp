#include "apps/inspect/web/snapshot_event.hpp"

#include <utility>

#include <nlohmann/json.hpp>

#include "apps/inspect/model/findings.hpp"
#include "apps/inspect/model/to_json.hpp"
#include "apps/inspect/web/event_text.hpp"
#include "apps/inspect/web/trouble_text.hpp"

namespace troupe::inspecting::web {
namespace {

using nlohmann::json;

/// What is wrong with actors, by their names.
json troubles_of(const snapshot& latest, const changes* lately) {
  auto result = json::object();
  for (std::size_t index = 0; index < latest.actors.size(); ++index) {
    const auto& actor = latest.actors[index];
    const auto trouble = trouble_of(actor, lately ? &lately->actors[index] : nullptr, latest);
    if (trouble.hurts() || trouble.is_to_be_watched())
      result[actor.name] = {{"hurts", trouble.hurts()}, {"text", trouble_text(trouble)}};
  }
  return result;
}

json findings_of(const snapshot& latest, const changes* lately) {
  auto result = json::array();
  for (const auto& each : findings_in(latest, lately)) result.push_back(to_json(each));
  return result;
}

}  // namespace

snapshot_event::snapshot_event(std::size_t id, std::shared_ptr<const node_view> view)
    : id_(id), view_(std::move(view)) {}

const std::string& snapshot_event::text() {
  std::call_once(written_, [&] {
    const auto& latest = view_->latest->parsed;
    const auto* const lately = view_->between ? &*view_->between : nullptr;
    text_ = event_text("snapshot", {{"node", id_},
                                    {"snapshot", view_->latest->document},
                                    {"changes", lately ? to_json(*lately) : json{}},
                                    {"findings", findings_of(latest, lately)},
                                    {"troubles", troubles_of(latest, lately)}});
  });
  return text_;
}

}  // namespace troupe::inspecting::web
