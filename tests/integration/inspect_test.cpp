#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/integration/support/child_process.hpp"
#include "tests/integration/support/eventually.hpp"
#include "tests/integration/support/loopback.hpp"
#include "tests/integration/support/running_node.hpp"
#include "tests/integration/support/temporary_directory.hpp"

using namespace troupe::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// A node with somebody who listens.
struct heard_node {
  explicit heard_node(std::vector<std::string> arguments)
      : node(std::move(arguments)),
        listener(TROUPE_LISTEN, {node.socket(), "--out", "null", "--no-meter"}) {}

  running_node node;
  child_process listener;
};

finished_process inspect(std::vector<std::string> arguments) {
  return run(TROUPE_INSPECT, std::move(arguments), {}, 30s);
}

json inspect_as_json(std::vector<std::string> arguments) {
  arguments.emplace_back("--json");
  const child_options options;
  child_process program{TROUPE_INSPECT, std::move(arguments), options};
  REQUIRE(program.wait(30s) == exited(0));
  return program.last_json_line();
}

const json& actor_in(const json& snapshot, const std::string& name) {
  for (const auto& each : snapshot["actors"])
    if (each["name"] == name) return each;
  FAIL("there is no " << name);
  return snapshot;
}

/// Waits until a listener has the node's frames.
void wait_for_frames(heard_node& at) {
  CHECK(eventually(
      [&] {
        const auto nodes = inspect_as_json({at.node.socket()})["nodes"];
        return nodes[0]["rates"]["delivered_per_second"] > 0;
      },
      20s));
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream input{text};
  for (std::string line; std::getline(input, line);) lines.push_back(line);
  return lines;
}

/// A node and a relay of it, each with a listener.
struct two_nodes {
  int port = free_port();
  heard_node studio{
      {"--source", "tone:440", "--listen", ::troupe::test::at(port), "--name", "studio"}};
  heard_node relay{{"--source", link_to(port), "--name", "relay"}};
};

}  // namespace

TEST_CASE("a node is reported with its actors, what they do and what stands out") {
  heard_node at{{"--source", "tone:440", "--name", "kitchen"}};
  wait_for_frames(at);
  const auto report = inspect({at.node.socket(), "--once"});
  CHECK(report.status == exited(0));
  CHECK(report.errors.empty());
  CHECK(report.output.starts_with("kitchen: troupe-node"));
  for (const auto* const part : {"What stands out", "─ frame_processor", "wake_up",
                                 "Latency, by stages", "Clients", "serving"})
    CHECK(holds(report.output, part));
}

TEST_CASE("as JSON a node has rates that fit to what it does") {
  heard_node at{{"--source", "tone:440"}};
  wait_for_frames(at);
  const auto document = inspect_as_json({at.node.socket()});
  CHECK(document["version"] == 1);
  REQUIRE(document["nodes"].size() == 1);
  const auto& node = document["nodes"][0];
  CHECK(node["state"] == "present");
  CHECK(node["target"] == at.node.socket());
  CHECK(node["snapshot"]["node"]["pid"] == at.node.process().pid());
  CHECK(node["rates"]["interval_s"] > 0.8);
  CHECK(node["rates"]["produced_per_second"] > 0);
  CHECK(actor_in(node["snapshot"], "source")["turns"] > 0);
  CHECK_FALSE(node["events"].empty());
}

TEST_CASE("what is drawn of a node is what its actors and flows are") {
  heard_node at{{"--source", "tone:440"}};
  wait_for_frames(at);
  const auto dot = inspect({at.node.socket(), "--dot"});
  CHECK(dot.status == exited(0));
  CHECK(dot.output.starts_with("digraph"));
  CHECK(holds(dot.output, "frame_processor"));
  const auto mermaid = inspect({at.node.socket(), "--mermaid"});
  CHECK(mermaid.output.starts_with("flowchart"));
  CHECK(holds(mermaid.output, "-->|\"frame "));
}

TEST_CASE("a frame is followed from its capture to a client's socket") {
  heard_node at{{"--source", "tone:440"}};
  wait_for_frames(at);
  const auto way = inspect_as_json({at.node.socket(), "follow-frame"});
  const auto& steps = way["steps"];
  REQUIRE(steps.size() >= 5);
  CHECK(steps.front()["step"] == "captured");
  CHECK(steps.back()["step"] == "written");
  CHECK(steps.back()["actor"] == "connection:1");
  const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
  CHECK(way["unix_captured_s"] > now.count() - 60);
  CHECK(std::ranges::count_if(steps, [](const auto& each) { return each["after"].is_null(); }) ==
        1);
  CHECK(holds(inspect({at.node.socket(), "follow-frame"}).output, "the longest stretch"));
}

TEST_CASE("a frame is followed through a relay, over which two clocks agree on its order") {
  two_nodes at;
  wait_for_frames(at.relay);
  const auto way =
      inspect_as_json({at.studio.node.socket(), at.relay.node.socket(), "follow-frame"});
  std::vector<std::string> steps_of_relay;
  for (const auto& each : way["steps"])
    if (each["node"] == "relay") steps_of_relay.push_back(each["step"]);
  CHECK(steps_of_relay == std::vector<std::string>{"received", "processed", "queued", "written"});
  CHECK(way["steps"][0]["node"] == "studio");
}

TEST_CASE("a trace of two nodes can be viewed: turns of both, and arrows from one to the other") {
  two_nodes at;
  wait_for_frames(at.relay);
  const temporary_directory directory;
  const auto file = directory / "trace.json";
  const auto said = inspect({at.studio.node.socket(), at.relay.node.socket(), "trace", "--seconds",
                             "0.5", "-o", file.string()});
  CHECK(said.status == exited(0));
  CHECK(holds(said.output, "in 2 nodes"));
  std::ifstream input{file};
  const auto trace = json::parse(input);
  std::map<json, std::set<json>> processes_of_arrow;
  std::map<std::string, std::size_t> phases;
  for (const auto& each : trace["traceEvents"]) {
    ++phases[each["ph"].get<std::string>()];
    if (each["ph"] == "s" || each["ph"] == "f") processes_of_arrow[each["id"]].insert(each["pid"]);
  }
  CHECK(phases["X"] > 50);
  CHECK(phases["s"] == phases["f"]);
  CHECK(std::ranges::any_of(processes_of_arrow,
                            [](const auto& each) { return each.second.size() == 2; }));
}

TEST_CASE("a trace that cannot be written is told, and a trace that is there stays") {
  heard_node at{{"--source", "tone:440"}};
  const temporary_directory directory;
  const auto file = directory / "trace.json";
  std::ofstream{file} << "old";
  const auto absent = inspect({at.node.socket(), "trace", "-o", (directory / "no" / "x").string()});
  CHECK(absent.status == exited(73));

  child_process called_off{TROUPE_INSPECT,
                           {at.node.socket(), "trace", "--seconds", "20", "-o", file.string()}};
  CHECK(eventually(
      [&] { return std::distance(std::filesystem::directory_iterator{directory / "."}, {}) == 2; },
      10s));
  called_off.send_signal(SIGTERM);
  CHECK(called_off.wait() == exited(74));
  CHECK(std::distance(std::filesystem::directory_iterator{directory / "."}, {}) == 1);
  std::ifstream input{file};
  CHECK(std::string{std::istreambuf_iterator<char>{input}, {}} == "old");
}

TEST_CASE("a trace ends soon by a signal, though a node hangs") {
  const temporary_directory directory;
  const auto file = (directory / "trace.json").string();
  running_node node{{"--source", "tone:440"}};
  const auto files = [&] {
    return std::distance(std::filesystem::directory_iterator{directory / "."}, {});
  };
  const auto ends_by_signal = [](child_process& trace) {
    trace.send_signal(SIGINT);
    return trace.wait(3s) == exited(74);
  };
  SUBCASE("before it is known") {
    node.process().send_signal(SIGSTOP);
    child_process trace{TROUPE_INSPECT, {node.socket(), "trace", "-o", file}};
    // Libraries hold all signals back for a moment while they start a thread.
    REQUIRE(eventually(
        [&] { return blocks_signal(trace.pid(), SIGINT) && !blocks_signal(trace.pid(), SIGUSR1); },
        10s));
    CHECK(ends_by_signal(trace));
  }
  SUBCASE("before it says what it recorded") {
    child_process trace{TROUPE_INSPECT, {node.socket(), "trace", "--seconds", "1", "-o", file}};
    REQUIRE(eventually([&] { return files() == 1; }, 10s));
    node.process().send_signal(SIGSTOP);
    std::this_thread::sleep_for(1500ms);
    CHECK(ends_by_signal(trace));
  }
  CHECK(files() == 0);
}

TEST_CASE("a node whose control socket is elsewhere is inspected by that socket's own path") {
  const temporary_directory directory;
  const auto control = (directory / "ctl").string();
  const running_node node{{"--source", "tone:440", "--control", control}};
  CHECK(inspect({"control:" + control, "--once"}).status == exited(0));
  for (const auto& named : {node.socket(), control}) {
    const auto refused = inspect({named, "--once"});
    CHECK(refused.status == exited(69));
    CHECK(holds(refused.errors, "name that as control:PATH"));
  }
}

TEST_CASE("an order is carried out, and is among what happened") {
  heard_node at{{"--source", "tone:440"}};
  const auto done = inspect({at.node.socket(), "do", "restart", "latency_monitor"});
  CHECK(done.status == exited(0));
  CHECK(holds(done.output, "latency_monitor"));
  CHECK(eventually(
      [&] {
        const auto nodes = inspect_as_json({at.node.socket()})["nodes"];
        return actor_in(nodes[0]["snapshot"], "latency_monitor")["restarts"] == 1;
      },
      20s));
  const auto events = inspect({at.node.socket(), "events", "--no-follow"});
  CHECK(holds(events.output, "latency_monitor is restarted (asked for by"));
}

TEST_CASE("the stream is set, and what cannot be set is refused in the node's words") {
  heard_node at{{"--source", "tone:440"}};
  CHECK(inspect({at.node.socket(), "do", "set", "--bitrate", "32000"}).status == exited(0));
  CHECK(eventually(
      [&] {
        const auto nodes = inspect_as_json({at.node.socket()})["nodes"];
        return nodes[0]["snapshot"]["stream"]["set"]["bitrate_bps"] == 32000;
      },
      20s));
  const auto refused = inspect({at.node.socket(), "do", "restart", "nobody"});
  CHECK(refused.status == exited(64));
  CHECK(refused.output.empty());
  CHECK(holds(refused.errors, "nobody"));
  CHECK(inspect({at.node.socket(), "do", "fault", "kill", "source"}).status == exited(64));
}

TEST_CASE("events are told as they come, each as an object on a line") {
  heard_node at{{"--source", "tone:440"}};
  child_process events{TROUPE_INSPECT, {at.node.socket(), "events", "--json"}};
  CHECK(eventually([&] { return holds(events.output(), "serving"); }, 10s));
  CHECK(inspect({at.node.socket(), "do", "log-level", "debug"}).status == exited(0));
  CHECK(eventually([&] { return holds(events.output(), "log_level"); }, 10s));
  events.send_signal(SIGINT);
  CHECK(events.wait() == exited(0));
  std::uint64_t last = 0;
  for (const auto& line : lines_of(events.output())) {
    const auto event = json::parse(line);
    CHECK(event["number"] > last);
    last = event["number"];
  }
}

TEST_CASE("where there is no terminal there are lines, until a signal or the time is over") {
  heard_node at{{"--source", "tone:440", "--name", "kitchen"}};
  const auto timed = inspect({at.node.socket(), "--duration", "2500ms"});
  CHECK(timed.status == exited(0));
  CHECK(holds(timed.output, " kitchen: "));
  CHECK(holds(timed.output, "frames/s"));
  child_process live{TROUPE_INSPECT, {at.node.socket()}};
  CHECK(eventually([&] { return holds(live.output(), "kitchen"); }, 10s));
  live.send_signal(SIGTERM);
  CHECK(live.wait() == exited(0));
}

TEST_CASE("a node that goes away and comes back is told, and why") {
  const temporary_directory directory;
  const auto socket = (directory / "socket").string();
  const std::vector<std::string> arguments{"--source", "tone:440", "--socket",
                                           socket,     "--name",   "kitchen"};
  auto node = std::make_unique<child_process>(TROUPE_NODE, arguments);
  CHECK(eventually([&] { return std::filesystem::exists(socket + ".control"); }, 10s));
  child_process live{TROUPE_INSPECT, {socket}};
  CHECK(eventually([&] { return holds(live.output(), "kitchen: "); }, 10s));
  node->send_signal(SIGKILL);
  node->wait();
  CHECK(eventually([&] { return holds(live.output(), "kitchen: away since"); }, 10s));
  const auto before = live.output().size();
  node = std::make_unique<child_process>(TROUPE_NODE, arguments);
  CHECK(eventually([&] { return holds(live.output().substr(before), "frames/s"); }, 20s));
}

TEST_CASE("a node that is not there is told, and what to do, with its exit status") {
  const temporary_directory directory;
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"--once"},
                                             {"--json"},
                                             {"--dot"},
                                             {},
                                             {"follow-frame"},
                                             {"events"},
                                             {"do", "restart", "x"}}) {
    std::vector<std::string> arguments{(directory / "absent").string()};
    arguments.insert(arguments.end(), command.begin(), command.end());
    const auto refused = inspect(arguments);
    CHECK(refused.status == exited(69));
    CHECK(refused.output.empty());
    CHECK(holds(refused.errors, "there is no such socket; start a node with"));
  }
}

TEST_CASE("of two nodes the one that answers is reported, the other one told") {
  heard_node at{{"--source", "tone:440"}};
  const auto report = inspect({at.node.socket(), "/nowhere/socket", "--json"});
  CHECK(report.status == exited(69));
  CHECK(holds(report.errors, "/nowhere/socket"));
  const auto nodes = json::parse(lines_of(report.output).back())["nodes"];
  CHECK(nodes[0]["state"] == "present");
  CHECK(nodes[1]["state"] == "away");
  CHECK(nodes[1]["snapshot"].is_null());
}
