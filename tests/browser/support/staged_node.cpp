#include "tests/browser/support/staged_node.hpp"

#include <array>
#include <cmath>
#include <utility>

#include <unistd.h>

namespace troupe::test {
namespace {

using nlohmann::json;

struct role {
  const char* name;
  const char* parent;
  double turns_per_second;
  double mean_us;
};

/// Of a node that serves local clients; frames and clients come on top.
constexpr std::array roles{
    role{"supervisor", "", 1, 9},
    role{"latency_monitor", "supervisor", 12, 41},
    role{"client_registry", "supervisor", 3, 12},
    role{"connection_supervisor", "supervisor", 1, 14},
    role{"frame_processor", "supervisor", 50, 18},
    role{"adaptive_optimiser", "supervisor", 1, 33},
    role{"system_sensor", "supervisor", 1, 260},
    role{"acceptor", "supervisor", 0.4, 70},
};

double unix_seconds() {
  return std::chrono::duration<double>{std::chrono::system_clock::now().time_since_epoch()}.count();
}

json spread(std::uint64_t count, double typical_us) {
  return {{"count", count},
          {"min_us", typical_us * 0.5},
          {"mean_us", typical_us},
          {"p50_us", typical_us},
          {"p95_us", typical_us * 1.7},
          {"p99_us", typical_us * 2.6},
          {"p999_us", typical_us * 4},
          {"max_us", typical_us * 6.5},
          {"jitter_us", typical_us * 0.08}};
}

json handler(const char* message, const char* from, std::uint64_t count, double mean_us) {
  auto result = spread(count, mean_us);
  result["message"] = message;
  result["from"] = from;
  result["total_us"] = static_cast<double>(count) * mean_us;
  return result;
}

json flow(const std::string& from, const std::string& to, const std::string& message,
          double count) {
  const auto whole = static_cast<std::uint64_t>(count);
  return {{"from", from},
          {"to", to},
          {"message", message},
          {"count", whole},
          {"wait", spread(whole, 4)}};
}

}  // namespace

staged_node::staged_node(std::string socket, settings wanted)
    : socket_(std::move(socket)),
      settings_(std::move(wanted)),
      unix_start_s_(unix_seconds()),
      door_(socket_, [this](const json& question) { return answer(question).dump(); }) {
  have_happen("node", "info", settings_.name, "the node serves at " + socket_);
}

void staged_node::restart(const std::string& actor, const std::string& why) {
  const std::lock_guard lock{mutex_};
  auto& its = actors_[actor];
  its.state = "up";
  its.since = clock::now();
  ++its.restarts;
  its.last_failure = why;
  note_event("actor", "error", actor, actor + " failed: " + why);
  note_event("actor", "warning", actor, actor + " was restarted after 0.4 ms");
}

void staged_node::set_state(const std::string& actor, const std::string& state) {
  const std::lock_guard lock{mutex_};
  actors_[actor].state = state;
}

void staged_node::have_lose(std::uint64_t client, double frames_per_second) {
  const std::lock_guard lock{mutex_};
  losses_[client] = frames_per_second;
}

void staged_node::have_happen(const std::string& kind, const std::string& level,
                              const std::string& subject, const std::string& text) {
  const std::lock_guard lock{mutex_};
  note_event(kind, level, subject, text);
}

void staged_node::refuse_next(const std::string& reason) {
  const std::lock_guard lock{mutex_};
  refusal_ = reason;
}

void staged_node::slow_down(double factor) {
  const std::lock_guard lock{mutex_};
  slowness_ = factor;
}

std::vector<json> staged_node::actions() const {
  const std::lock_guard lock{mutex_};
  return actions_;
}

std::uint64_t staged_node::snapshots() const {
  const std::lock_guard lock{mutex_};
  return snapshots_;
}

void staged_node::note_event(const std::string& kind, const std::string& level,
                             const std::string& subject, const std::string& text) {
  events_.push_back({{"number", events_.size() + 1},
                     {"unix_time_s", unix_seconds()},
                     {"kind", kind},
                     {"level", level},
                     {"subject", subject},
                     {"text", text}});
}

json staged_node::answer(const json& question) {
  const std::lock_guard lock{mutex_};
  json result{{"version", 1}};
  const auto asked = question.value("ask", "");
  if (asked == "snapshot") {
    ++snapshots_;
    result.update(snapshot());
  } else if (asked == "events") {
    result.update(events_after(question.value("after", std::uint64_t{0})));
  } else if (asked == "actor") {
    const auto name = question.value("name", "");
    result["actor"] = actor(name, "connection", "connection_supervisor", 50, 12);
    const auto count = frames();
    result["actor"]["handlers"] = {handler("wake_up", "", count, 11),
                                   handler("client_gone", "client_registry", 1, 30)};
  } else if (question.contains("do")) {
    result.update(act(question));
  } else {
    result["error"] = "the question is not known: ask for snapshot, actor or events";
  }
  return result;
}

json staged_node::act(const json& action) {
  actions_.push_back(action);
  if (!refusal_.empty()) return {{"error", std::exchange(refusal_, {})}};
  if (!settings_.may_steer) return {{"error", "this node may only be looked at"}};
  note_event("action", "warning", "", "uid 0 asked for " + action.dump());
  const auto done = action["do"].get<std::string>();
  if (done == "restart") {
    const auto name = action["actor"].get<std::string>();
    auto& its = actors_[name];
    its.since = clock::now();
    ++its.restarts;
    its.last_failure = "restarted at the inspector's wish";
    return {{"done", name + " was restarted"}};
  }
  return {{"done", "it is done: " + action.dump()}};
}

double staged_node::seconds() const {
  return std::chrono::duration<double>{clock::now() - start_}.count();
}

/// As if it had run for a while already.
std::uint64_t staged_node::frames() const {
  return static_cast<std::uint64_t>((seconds() + 60) * settings_.frames_per_second);
}

json staged_node::snapshot() const {
  const auto produced = frames();
  const auto offered = produced * settings_.clients;
  std::uint64_t dropped = 0;
  auto all = clients();
  for (const auto& each : all) dropped += each["frames_dropped"]["queue_full"].get<std::uint64_t>();
  return {{"node", node_facts()},
          {"actors", actors()},
          {"flows", flows()},
          {"stages", stages()},
          {"clients", std::move(all)},
          {"upstream", upstream()},
          {"stream",
           {{"mode", "on"},
            {"is_paused", false},
            {"level", 0},
            {"changes", 0},
            {"asked_for",
             {{"complexity", 5},
              {"bitrate_bps", 64000},
              {"frame_ms", 20.0},
              {"fec", false},
              {"expected_loss_percent", 0},
              {"queue_frames", 6},
              {"socket_buffer_bytes", 131072}}},
            {"set", json::object()},
            {"system", json::object()}}},
          {"frames",
           {{"produced", produced},
            {"unwanted", 0},
            {"offered", offered},
            {"delivered", offered - dropped},
            {"dropped", {{"queue_full", dropped}}},
            {"clients_served", settings_.clients + 4},
            {"clients_connected", settings_.clients}}}};
}

json staged_node::node_facts() const {
  return {
      {"name", settings_.name},
      {"program_version", "0.1.0"},
      {"pid", ::getpid()},
      {"uid", 0},
      {"host", "stage-" + settings_.name},
      {"socket", socket_},
      {"listen", settings_.listen},
      {"source", settings_.upstream.empty() ? "tone of 440 Hz at -12 dBFS" : settings_.upstream},
      {"unix_started_s", unix_start_s_},
      {"unix_now_s", unix_start_s_ + seconds()},
      {"uptime_s", seconds() + 60},
      {"is_healthy", true},
      {"log_level", "info"},
      {"allows_faults", settings_.allows_faults},
      {"may_steer", settings_.may_steer},
      {"is_probed", true},
      {"cpu_s", seconds() * 0.021},
      {"resident_kib", 15360},
      {"threads", 3},
      {"inspectors", 1},
      {"last_event", events_.size()},
      {"stream", "9f3a5c7e01234567"}};
}

json staged_node::actors() const {
  auto result = json::array();
  for (const auto& each : roles)
    result.push_back(actor(each.name, each.name, each.parent, each.turns_per_second, each.mean_us));
  const auto* const source = settings_.upstream.empty() ? "source" : "link_receiver";
  result.push_back(
      actor("source", source, "supervisor", settings_.frames_per_second, 310 * slowness_));
  if (!settings_.listen.empty())
    result.push_back(actor("link_door", "link_door", "supervisor", 0.2, 25));
  const auto count = static_cast<double>(settings_.clients);
  auto together = actor("connection", "connection", "connection_supervisor",
                        settings_.frames_per_second * count, 11);
  together["running"] = settings_.clients;
  result.push_back(std::move(together));
  for (std::size_t client = 1; client <= settings_.clients; ++client) {
    auto one = actor("connection:" + std::to_string(client), "connection", "connection_supervisor",
                     settings_.frames_per_second, 11);
    one.erase("handlers");
    result.push_back(std::move(one));
  }
  return result;
}

json staged_node::actor(const std::string& name, const std::string& kind, const std::string& parent,
                        double turns_per_second, double mean_us) const {
  const auto found = actors_.find(name);
  const auto state = found == actors_.end() ? actor_state{.since = start_} : found->second;
  const auto since = state.since == clock::time_point{} ? start_ : state.since;
  const auto turns = static_cast<std::uint64_t>((seconds() + 60) * turns_per_second);
  json result{{"name", name},
              {"kind", kind},
              {"parent", parent},
              {"state", state.state},
              {"age_s", std::chrono::duration<double>{clock::now() - since}.count()},
              {"running", state.state == "waiting" ? 0 : 1},
              {"failures", state.restarts},
              {"restarts", state.restarts},
              {"times_stuck", state.state == "stuck" ? 1 : 0},
              {"last_failure", state.last_failure},
              {"mailbox", {{"now", 0}, {"peak", 3}, {"dropped", 0}}},
              {"in_hand", nullptr},
              {"turns", turns},
              {"busy_us", static_cast<double>(turns) * mean_us},
              {"bytes", 250000},
              {"wait", spread(turns / 10, 3)},
              {"handlers",
               {handler("wake_up", "", turns * 9 / 10, mean_us),
                handler("get_status", "supervisor", turns / 20, mean_us / 2),
                handler("settings", "adaptive_optimiser", turns / 50, mean_us * 2)}}};
  if (state.state == "stuck") result["in_hand"] = {{"message", "wake_up"}, {"for_us", 2.3e6}};
  return result;
}

json staged_node::flows() const {
  const auto time = seconds() + 60;
  const auto frame_count = static_cast<double>(frames());
  const auto heard = static_cast<double>(settings_.clients);
  const auto* const source = settings_.upstream.empty() ? "source" : "link_receiver";
  auto result =
      json::array({flow(source, "frame_processor", "frame", frame_count),
                   flow("frame_processor", "connection", "frame", frame_count * heard),
                   flow("connection", "clients", "frame", frame_count * heard),
                   flow("connection", "latency_monitor", "latency_batch", time * heard),
                   flow(source, "latency_monitor", "latency_batch", time),
                   flow("latency_monitor", "adaptive_optimiser", "latency_report", time),
                   flow("system_sensor", "adaptive_optimiser", "system_reading", time),
                   flow("client_registry", "adaptive_optimiser", "client_report", time),
                   flow("adaptive_optimiser", source, "stream_tuning", time * 0.1),
                   flow("acceptor", "client_registry", "new_client", time * 0.4),
                   flow("client_registry", "connection_supervisor", "start_child", time * 0.4),
                   flow("connection_supervisor", "connection", "start", time * 0.4),
                   flow("connection", "client_registry", "account", time * heard / 2),
                   flow("supervisor", "connection_supervisor", "look", time)});
  if (!settings_.heard_by.empty()) {
    const auto links = static_cast<double>(settings_.heard_by.size());
    result.push_back(flow("frame_processor", "link_sender", "frame", frame_count * links));
    result.push_back(flow("link_door", "client_registry", "new_link", time * 0.1));
  }
  return result;
}

json staged_node::stages() const {
  const auto second = static_cast<std::uint64_t>(settings_.frames_per_second);
  auto result = json::array();
  const auto add = [&](const char* name, double typical_us) {
    // So that the lines of a chart are no straight ones.
    const auto now = typical_us * slowness_ * (1 + 0.15 * std::sin(seconds() / 7 + typical_us));
    auto stage = spread(frames(), now);
    stage["stage"] = name;
    stage["trend"] = "stable";
    stage["current_us"] = now;
    stage["average_us"] = now;
    stage["last_second"] = spread(second, now);
    stage["last_minute"] = spread(second * 60, now);
    result.push_back(std::move(stage));
  };
  add("capture", 52);
  add("encode", 310);
  add("queue", 21);
  add("write", 9);
  add("total", 405);
  add("end_to_end", 520);
  if (!settings_.upstream.empty()) add("link", 250);
  return result;
}

json staged_node::clients() const {
  auto result = json::array();
  const auto add = [&](std::uint64_t number, const std::string& address) {
    const auto lossy = losses_.find(number);
    const auto loss = lossy == losses_.end() ? 0 : lossy->second;
    const auto produced = frames();
    const auto dropped = static_cast<std::uint64_t>(seconds() * loss);
    const auto typical = 380 + static_cast<double>(number * 37 % 101);
    auto latency = spread(produced, typical);
    latency["last_minute"] = spread(3000, typical);
    result.push_back({{"client", number},
                      {"pid", address.empty() ? 5000 + number : 0},
                      {"uid", 0},
                      {"address", address},
                      {"frames_produced", produced},
                      {"frames_delivered", produced - dropped},
                      {"frames_queued", 0},
                      {"frames_dropped", {{"queue_full", dropped}, {"write_timeout", 0}}},
                      {"bytes_sent", produced * 177},
                      {"messages_received", 3},
                      {"protocol_errors", 0},
                      {"pace", loss > 0 ? "slow" : "steady"},
                      {"queue_frames", 6},
                      {"socket_buffer_bytes", 131072},
                      {"reason", ""},
                      {"latency", std::move(latency)}});
  };
  for (std::uint64_t number = 1; number <= settings_.clients; ++number) add(number, "");
  std::uint64_t number = settings_.clients;
  for (const auto& address : settings_.heard_by) add(++number, address);
  return result;
}

json staged_node::upstream() const {
  if (settings_.upstream.empty()) return nullptr;
  return {
      {"upstream", "troupe://" + settings_.upstream},
      {"address", settings_.upstream},
      {"connects", 1},
      {"losses", 0},
      {"goodbyes", 0},
      {"refusals", 0},
      {"last_refusal", ""},
      {"frames_received", frames()},
      {"frames_missing", 0},
      {"frames_duplicate", 0},
      {"frames_unfit", 0},
      {"bytes_received", frames() * 177},
      {"clock",
       {{"offset_us", 180.0}, {"error_us", 42.0}, {"drift_ppm", 0.3}, {"origin_error_us", 42.0}}}};
}

json staged_node::events_after(std::uint64_t number) const {
  auto result = json::array();
  for (const auto& each : events_)
    if (each["number"].get<std::uint64_t>() > number) result.push_back(each);
  return {{"events", std::move(result)}, {"last", events_.size()}};
}

}  // namespace troupe::test
