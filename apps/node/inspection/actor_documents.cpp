#include "apps/node/inspection/actor_documents.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include "actors/supervision/role.hpp"

namespace troupe {
namespace {

using nlohmann::json;
using probe::actor_probe;
using probe::duration_tally;
using probe::handler_tally;
using std::chrono::nanoseconds;

constexpr auto root_name = "supervisor";
constexpr auto connection_kind = "connection";
constexpr auto link_sender_kind = "link_sender";

steady_time now() { return std::chrono::steady_clock::now(); }

json tally_document(const duration_tally& tally) {
  return {{"count", tally.count()},
          {"mean_us", to_microseconds(tally.mean())},
          {"p50_us", to_microseconds(tally.quantile(0.5))},
          {"p99_us", to_microseconds(tally.quantile(0.99))},
          {"max_us", to_microseconds(tally.max())}};
}

/// All that the handlers of one did together.
void add_sums(json& actor, const std::vector<handler_tally>& handlers) {
  duration_tally busy;
  duration_tally wait;
  for (const auto& each : handlers) {
    busy += each.busy;
    wait += each.wait;
  }
  actor["turns"] = busy.count();
  actor["busy_us"] = to_microseconds(busy.total());
  actor["longest_us"] = to_microseconds(busy.max());
  actor["wait"] = tally_document(wait);
}

std::string_view state_of(const child_status& child) {
  if (!child.stuck_in.empty()) return "stuck";
  switch (child.phase) {
    case child_phase::waiting:
      return "waiting";
    case child_phase::starting:
      return "starting";
    case child_phase::up:
      return "up";
    case child_phase::stopping:
    case child_phase::killed:
      return "stopping";
    case child_phase::over:
      return "over";
  }
  return "over";
}

double seconds_since(steady_time then) {
  return then == steady_time{} ? 0 : std::chrono::duration<double>{now() - then}.count();
}

json life_document(const child_status& child, std::string_view kind, std::string_view parent) {
  return {{"name", child.name},
          {"kind", kind},
          {"parent", parent},
          {"state", state_of(child)},
          {"age_s", seconds_since(child.since)},
          {"running", child.running},
          {"failures", child.failures},
          {"restarts", child.restarts},
          {"times_stuck", child.times_stuck},
          {"last_failure", child.last_failure},
          {"bytes", 0}};
}

json frame_flow(std::string_view from, std::string_view to, std::uint64_t count,
                const duration_tally& wait) {
  return {{"from", from},
          {"to", to},
          {"message", "frame"},
          {"count", count},
          {"wait", tally_document(wait)}};
}

/// Frames are no messages: whoever is to take some is woken up.
duration_tally wait_for_waking_up(const std::vector<handler_tally>& handlers) {
  duration_tally result;
  for (const auto& each : handlers)
    if (each.message == probe::message_kind::of(caf::atom("wake_up"))) result += each.wait;
  return result;
}

}  // namespace

actor_documents::actor_documents(const inspected_node& node, const clients_report& clients)
    : node_(node), clients_(clients), children_(node.tree.children()) {
  connections_ = std::move(children_.back());
  children_.pop_back();
  if (!node.probes) return;
  auto& probes = *node.probes;
  for (const auto& child : children_)
    handlers_[child.name] = probes.read(probes.kind_of(child.name));
  for (const auto* const kind : {connection_kind, link_sender_kind}) {
    handlers_[kind] = probes.read(probes.kind_of(kind));
    for (auto& each : probes.of_kind(probes.kind_of(kind)))
      connection_probes_.push_back(std::move(each));
  }
  std::sort(connection_probes_.begin(), connection_probes_.end(),
            [](const auto& a, const auto& b) { return a->number() < b->number(); });
}

json actor_documents::all(bool with_all_handlers) const {
  json result = json::array();
  for (const auto& child : children_) result.push_back(role(child));
  result.push_back(all_connections());
  for (const auto& each : connection_probes_)
    result.push_back(connection(*each, with_all_handlers));
  return result;
}

json actor_documents::one(const std::string& name) const {
  if (name == connection_kind) return all_connections();
  for (const auto& child : children_)
    if (child.name == name) return role(child);
  const auto client = client_of_connection(name);
  for (const auto& each : connection_probes_)
    if (client && each->number() == to_number(*client)) return connection(*each, true);
  return nullptr;
}

json actor_documents::flows() const {
  json result = json::array();
  for (const auto& [kind, handlers] : handlers_) add_message_flows(result, kind);
  add_frame_flows(result);
  return result;
}

const actor_documents::handler_tallies& actor_documents::handlers_of(
    const std::string& kind) const {
  static const handler_tallies none;
  const auto found = handlers_.find(kind);
  return found == handlers_.end() ? none : found->second;
}

json actor_documents::handlers_document(const handler_tallies& handlers) const {
  json result = json::array();
  for (const auto& each : handlers) {
    auto& handler = result.emplace_back(tally_document(each.busy));
    handler["message"] = each.message.name(node_.system);
    handler["from"] = node_.probes->name_of(each.from);
    handler["total_us"] = to_microseconds(each.busy.total());
    handler["wait"] = tally_document(each.wait);
  }
  return result;
}

json actor_documents::in_hand(const actor_probe& probe) const {
  const auto& turns = probe.turns();
  const auto turn = turns.current();
  if (!probe::turn_record::is_busy(turn)) return nullptr;
  const auto message = turns.message();
  const nanoseconds since = now() - turns.began();
  if (turns.current() != turn) return nullptr;  // that was another one's
  return {{"message", message.name(node_.system)}, {"for_us", to_microseconds(since)}};
}

/// One who plays a role, or the root.
json actor_documents::role(const child_status& child) const {
  auto result = life_document(child, child.name, child.name == root_name ? "" : root_name);
  supervision::role::room_report room;
  auto playing = child.name == root_name ? node_.tree.root_probe() : nullptr;
  if (const auto address = node_.tree.role_named(child.name)) {
    room = supervision::role_of(address).report();
    const auto player = supervision::role_of(address).player();
    if (player && node_.probes) playing = node_.probes->find(player->id());
  }
  result["mailbox"] = {
      {"now", room.waiting}, {"peak", room.most_waiting}, {"dropped", room.dropped}};
  result["in_hand"] = playing && node_.probes ? in_hand(*playing) : json{};
  if (child.name == "source" || child.name == "frame_processor")
    result["bytes"] = node_.tree.memory().audience->report().bytes_accepted;
  const auto& handlers = handlers_of(child.name);
  add_sums(result, handlers);
  result["handlers"] = handlers_document(handlers);
  return result;
}

/// Those that have ended too.
json actor_documents::all_connections() const {
  auto alike = connections_;
  alike.phase = child_phase::up;
  auto result = life_document(alike, connection_kind, "connection_supervisor");
  std::uint64_t waiting = 0;
  std::uint64_t most_waiting = 0;
  for (const auto& each : connection_probes_) {
    waiting += each->waiting();
    most_waiting = std::max(most_waiting, each->most_waiting());
  }
  result["mailbox"] = {{"now", waiting}, {"peak", most_waiting}, {"dropped", 0}};
  result["in_hand"] = nullptr;
  result["bytes"] = clients_.total.bytes_sent;
  auto handlers = handlers_of(connection_kind);
  add_up(handlers, handlers_of(link_sender_kind));
  add_sums(result, handlers);
  result["handlers"] = handlers_document(handlers);
  return result;
}

json actor_documents::connection(const actor_probe& probe, bool with_handlers) const {
  const auto totals = probe.read_totals();
  const auto mean = totals.waits == 0 ? nanoseconds{}
                                      : totals.waited / static_cast<nanoseconds::rep>(totals.waits);
  child_status status{.name = "connection:" + std::to_string(probe.number()), .running = 1};
  status.phase = child_phase::up;
  status.since = probe.made();
  auto result = life_document(status, node_.probes->name_of(probe.kind()), "connection_supervisor");
  result["mailbox"] = {{"now", probe.waiting()}, {"peak", probe.most_waiting()}, {"dropped", 0}};
  result["in_hand"] = in_hand(probe);
  result["turns"] = totals.turns;
  result["busy_us"] = to_microseconds(totals.busy);
  result["longest_us"] = to_microseconds(totals.longest);
  result["wait"] = {{"count", totals.waits},
                    {"mean_us", to_microseconds(mean)},
                    {"max_us", to_microseconds(totals.longest_wait)}};
  if (!with_handlers) return result;
  handler_tallies handlers;
  probe.add_to(handlers);
  add_sums(result, handlers);
  result["handlers"] = handlers_document(handlers);
  return result;
}

void actor_documents::add_message_flows(json& flows, const std::string& to) const {
  for (const auto& each : handlers_of(to)) {
    if (each.from == probe::actor_kind::nobody) continue;
    flows.push_back({{"from", node_.probes->name_of(each.from)},
                     {"to", to},
                     {"message", each.message.name(node_.system)},
                     {"count", each.busy.count()},
                     {"wait", tally_document(each.wait)}});
  }
}

void actor_documents::add_frame_flows(json& flows) const {
  const auto processor = node_.tree.memory().audience->report();
  const auto& links = clients_.total_of_links;
  const auto wait_of = [this](const char* kind) { return wait_for_waking_up(handlers_of(kind)); };
  flows.push_back(
      frame_flow("source", "frame_processor",
                 processor.frames_accepted + processor.frames_invalid + processor.frames_late,
                 wait_of("frame_processor")));
  flows.push_back(frame_flow("frame_processor", connection_kind,
                             clients_.total.frames_offered - links.frames_offered,
                             wait_of(connection_kind)));
  flows.push_back(frame_flow(connection_kind, "clients",
                             clients_.total.frames_delivered - links.frames_delivered, {}));
  if (links.frames_offered == 0) return;
  flows.push_back(frame_flow("frame_processor", link_sender_kind, links.frames_offered,
                             wait_of(link_sender_kind)));
  flows.push_back(frame_flow(link_sender_kind, "other_nodes", links.frames_delivered, {}));
}

}  // namespace troupe
