#include "tests/unit/inspect/terminal/small_node.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

#include "apps/inspect/model/changes.hpp"
#include "apps/inspect/model/event.hpp"
#include "apps/inspect/model/findings.hpp"

namespace troupe::test {
namespace {

using namespace inspecting;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr std::uint64_t frames_per_second = 50;

unix_time at(std::chrono::seconds since_1970) { return unix_time{since_1970}; }

/// What an actor does each second.
struct work {
  const char* name;
  std::uint64_t turns;
  nanoseconds turn;
};

constexpr std::array works{
    work{"supervisor", 1, 5us},
    work{"source", 100, 160us},
    work{"frame_processor", 50, 12us},
    work{"latency_monitor", 5, 30us},
    work{"client_registry", 2, 8us},
    work{"acceptor", 0, 0us},
    work{"adaptive_optimiser", 1, 20us},
    work{"system_sensor", 1, 90us},
    work{"connection_supervisor", 0, 0us},
};

time_spread spread(std::uint64_t count, nanoseconds usual) {
  return {.count = count,
          .min = usual / 2,
          .mean = usual,
          .p50 = usual,
          .p95 = usual * 3 / 2,
          .p99 = usual * 2,
          .p999 = usual * 3,
          .max = usual * 4,
          .jitter = usual / 10};
}

handler_facts handler(const char* message, const char* from, std::uint64_t count,
                      nanoseconds turn) {
  return {.message = message,
          .from = from,
          .total = turn * static_cast<nanoseconds::rep>(count),
          .times = spread(count, turn)};
}

actor_facts actor(const work& does, std::uint64_t seconds) {
  actor_facts result;
  result.name = does.name;
  result.kind = does.name;
  result.parent = result.name == "supervisor" ? "" : "supervisor";
  result.state = "up";
  result.age = 2h;
  result.running = 1;
  result.mailbox.peak = 2;
  result.turns = does.turns * seconds;
  result.busy = does.turn * static_cast<nanoseconds::rep>(result.turns);
  result.wait = spread(result.turns, 4us);
  if (result.turns > 0)
    result.handlers = {handler("wake_up", "", result.turns, does.turn),
                       handler("ping", "supervisor", seconds, 1us)};
  return result;
}

actor_facts connection(std::uint64_t number, std::uint64_t seconds) {
  auto result = actor({"connection", frames_per_second, 9us}, seconds);
  result.name += ":" + std::to_string(number);
  result.parent = "connection_supervisor";
  result.handlers.clear();
  return result;
}

client_facts client(std::uint64_t number, std::uint64_t seconds) {
  client_facts result;
  result.client = number;
  result.pid = static_cast<std::int64_t>(5000 + number);
  result.frames_produced = frames_per_second * seconds;
  result.frames_delivered = result.frames_produced - 10;
  result.frames_dropped = {{"queue_full", 8}, {"client_gone", 2}};
  result.bytes_sent = result.frames_delivered * 177;
  result.pace = "steady";
  result.queue_frames = 6;
  result.latency = spread(result.frames_delivered, 95us);
  return result;
}

stage_facts stage(const char* name, nanoseconds usual, std::uint64_t seconds) {
  return {.stage = name,
          .times = spread(frames_per_second * seconds, usual),
          .trend = "stable",
          .current = usual,
          .average = usual,
          .last_second = spread(frames_per_second, usual),
          .last_minute = spread(frames_per_second * 60, usual)};
}

snapshot node_after(std::uint64_t seconds, std::size_t clients) {
  snapshot result;
  auto& node = result.node;
  node.name = "kitchen";
  node.host = "pi";
  node.pid = 4711;
  node.socket = "/run/a.sock";
  node.source = "tone of 440 Hz at -12 dBFS";
  node.started = at(1'700'000'000s);
  node.uptime = std::chrono::seconds{seconds};
  node.now = node.started + node.uptime;
  node.is_healthy = true;
  node.log_level = "info";
  node.may_steer = node.is_probed = true;
  node.cpu = 34ms * seconds;
  node.resident_kib = 15'360;
  node.threads = 3;
  for (const auto& each : works) result.actors.push_back(actor(each, seconds));
  auto all = actor({"connection", frames_per_second * clients, 9us}, seconds);
  all.parent = "connection_supervisor";
  all.running = clients;
  result.actors.push_back(all);
  for (std::uint64_t number = 1; number <= clients; ++number) {
    result.actors.push_back(connection(number, seconds));
    result.clients.push_back(client(number, seconds));
  }
  result.stages = {stage("capture", 20us, seconds), stage("encode", 60us, seconds),
                   stage("total", 90us, seconds)};
  result.flows = {{.from = "source",
                   .to = "frame_processor",
                   .message = "frame",
                   .count = frames_per_second * seconds,
                   .wait = spread(frames_per_second * seconds, 3us)},
                  {.from = "frame_processor",
                   .to = "connection",
                   .message = "frame",
                   .count = frames_per_second * seconds * clients,
                   .wait = spread(frames_per_second * seconds, 5us)}};
  result.stream.mode = "on";
  result.stream.set.bitrate_bps = 64'000;
  result.stream.set.frame_duration = 20ms;
  auto& frames = result.frames;
  frames.produced = frames_per_second * seconds;
  frames.offered = frames.produced * clients;
  frames.dropped = {{"queue_full", 8 * clients}, {"client_gone", 2 * clients}};
  frames.delivered = frames.offered - total(frames.dropped);
  frames.clients_connected = clients;
  return result;
}

}  // namespace

snapshot small_node(std::size_t clients) { return node_after(7200, clients); }

snapshot one_second_later(snapshot earlier) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(earlier.node.uptime);
  return node_after(static_cast<std::uint64_t>(seconds.count()) + 1, earlier.clients.size());
}

actor_facts& actor_in(snapshot& node, const char* name) {
  const auto found = std::ranges::find(node.actors, name, &actor_facts::name);
  if (found == node.actors.end()) throw std::out_of_range{name};
  return *found;
}

std::shared_ptr<node_view> view_of(const snapshot& earlier, const snapshot& later) {
  auto result = std::make_shared<node_view>();
  result->node = socket_target{later.node.socket};
  result->state = presence::present;
  result->latest = std::make_shared<const reading>(reading{later, {}});
  result->previous = std::make_shared<const reading>(reading{earlier, {}});
  result->between = changes_between(earlier, later);
  result->events = std::make_shared<const std::vector<event>>();
  return result;
}

terminal::scene scene_of(std::shared_ptr<const node_view> view) {
  terminal::scene result;
  result.now = view->latest ? view->latest->parsed.node.now : view->since;
  terminal::shown_node node{.view = std::move(view), .findings = {}, .latencies = {}};
  if (const auto* now = node.now()) {
    node.findings = findings_in(*now, node.lately());
    node.latencies.note(*now);
  }
  result.nodes.push_back(std::move(node));
  return result;
}

terminal::scene scene_of(const snapshot& earlier, const snapshot& later) {
  return scene_of(view_of(earlier, later));
}

terminal::scene small_scene(std::size_t clients) {
  const auto earlier = small_node(clients);
  return scene_of(earlier, one_second_later(earlier));
}

terminal::scene scene_of_two() {
  auto other = one_second_later(small_node());
  other.node.name = "hall";
  other.node.socket = "/run/b.sock";
  auto result = small_scene();
  result.nodes.push_back(scene_of(small_node(), other).nodes.front());
  return result;
}

}  // namespace troupe::test
