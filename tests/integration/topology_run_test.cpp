// Whole topologies of real processes, run as troupe-topology runs them.

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "apps/topology/running/runner.hpp"
#include "tests/integration/support/sanitizers.hpp"
#include "tests/integration/support/temporary_directory.hpp"

using namespace troupe::topology;
using namespace std::chrono_literals;

namespace {

constexpr int slowdown = troupe::test::sanitized ? 4 : 1;

planned_node origin(const std::string& name) {
  planned_node result;
  result.name = name;
  result.source = "tone:440";
  result.options = {"--adapt", "off"};
  return result;
}

planned_node relay(const std::string& name, const std::vector<std::string>& upstreams) {
  planned_node result;
  result.name = name;
  result.options = {"--adapt", "off"};
  for (const auto& upstream : upstreams) result.upstreams.push_back({.upstream = upstream});
  return result;
}

planned_listener listener(const std::string& name, const std::string& node) {
  planned_listener result;
  result.name = name;
  result.node = node;
  return result;
}

planned_fault fault(fault_kind kind, std::chrono::milliseconds at,
                    std::optional<std::chrono::milliseconds> lasts) {
  planned_fault result;
  result.kind = kind;
  result.at = at;
  result.node = "a";
  result.lasts = lasts;
  return result;
}

plan pair(std::chrono::milliseconds duration) {
  plan result;
  result.name = "pair";
  result.duration = duration;
  result.nodes = {origin("a"), relay("b", {"a"})};
  result.listeners = {listener("near", "a"), listener("far", "b")};
  return result;
}

/// Programs that have this directory on their command line.
std::size_t processes_of(const std::filesystem::path& directory) {
  std::size_t count = 0;
  for (const auto& process : std::filesystem::directory_iterator{"/proc"}) {
    std::ifstream file{process.path() / "cmdline"};
    const std::string line{std::istreambuf_iterator<char>{file}, {}};
    if (line.find(directory.string()) != std::string::npos) ++count;
  }
  return count;
}

std::size_t network_interfaces() {
  const std::filesystem::directory_iterator entries{"/sys/class/net"};
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

/// Network namespaces that descriptors of ours hold.
std::size_t namespaces_held() {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
    std::error_code gone;
    const auto target = std::filesystem::read_symlink(entry.path(), gone).string();
    if (target.starts_with("net:") || target.ends_with("/ns/net")) ++count;
  }
  return count;
}

/// Runs plans, and checks that nothing stays.
struct stage {
  troupe::test::temporary_directory directory;
  run_settings settings{.programs = std::filesystem::path{TROUPE_NODE}.parent_path(),
                        .directory = directory / "run",
                        .seed = 1,
                        .isolated = false,
                        .tell = {},
                        .is_to_stop = {}};

  outcome run(const plan& planned) {
    const auto interfaces = network_interfaces();
    auto result = troupe::topology::run(planned, settings);
    CHECK(processes_of(settings.directory) == 0);
    CHECK(network_interfaces() == interfaces);
    CHECK(namespaces_held() == 0);
    for (const auto& node : result.nodes) CHECK(node.error == "");
    for (const auto& heard : result.listeners) CHECK(heard.error == "");
    return result;
  }
};

/// Without isolation, and with it where that can be.
std::vector<bool> ways_to_run() {
  return can_isolate() ? std::vector{false, true} : std::vector{false};
}

const listener_outcome& heard_by(const outcome& seen, const std::string& name) {
  const auto found = std::ranges::find(seen.listeners, name, &listener_outcome::name);
  REQUIRE(found != seen.listeners.end());
  return *found;
}

}  // namespace

TEST_CASE("a topology without faults hears all, at sockets and over links") {
  for (const bool isolated : ways_to_run()) {
    CAPTURE(isolated);
    stage on;
    on.settings.isolated = isolated;
    auto planned = pair(2s);
    planned.listeners.push_back(listener("others", "b"));
    planned.listeners.back().over_link = true;
    planned.listeners.back().count = 2;
    const auto seen = on.run(planned);
    CHECK(seen.isolated == isolated);
    CHECK(seen.duration >= 2s);
    REQUIRE(seen.listeners.size() == 4);
    CHECK(seen.listeners[3].name == "others-2");
    CHECK(seen.listeners[3].planned == 2);
    for (const auto& heard : seen.listeners) {
      CAPTURE(heard.name);
      CHECK(heard.frames >= 95);
      CHECK(heard.missing_frames == 0);
      CHECK(heard.recoveries.empty());
      REQUIRE(heard.latency);
      CHECK(heard.latency->p50 > 0us);
    }
    CHECK(seen.nodes[0].hops == 0);
    CHECK(seen.nodes[1].hops == 1);
    for (const auto& node : seen.nodes) {
      CHECK(node.starts == 1);
      CHECK(node.actor_restarts == 0);
      CHECK(node.memory_at_start_kib > 1000);
      CHECK(node.memory_peak_kib >= node.memory_at_start_kib);
      CHECK(node.cpu_percent > 0);
    }
  }
}

TEST_CASE("a kill is recovered from, and an actor's is told in the node's account") {
  stage on;
  auto planned = pair(4s);
  planned.faults = {fault(fault_kind::kill, 1s, 200ms), fault(fault_kind::kill_actor, 3s, {}),
                    fault(fault_kind::kill_actor, 3s, {})};
  planned.faults[1].actor = "source";
  planned.faults[2].actor = "nobody";
  const auto seen = on.run(planned);
  REQUIRE(seen.faults.size() == 3);
  CHECK(seen.faults[0].begun >= 1s);
  REQUIRE(seen.faults[0].ended);
  CHECK(*seen.faults[0].ended - seen.faults[0].begun >= 200ms);
  CHECK(seen.faults[1].error == "");
  CHECK(seen.faults[2].error.find("there is no actor \"nobody\"") != std::string::npos);
  CHECK(seen.nodes[0].starts == 2);
  CHECK(seen.nodes[0].actor_restarts == 1);
  for (const auto* name : {"near", "far"}) {
    const auto& heard = heard_by(seen, name);
    REQUIRE(heard.recoveries.size() >= 1);
    CHECK(heard.recoveries[0].fault == 0);
    CHECK(heard.recoveries[0].silence >= 200ms);
    REQUIRE(heard.recoveries[0].after);
    CHECK(*heard.recoveries[0].after < 2s * slowdown);
    CHECK(heard.recoveries[0].after_end.has_value());
    CHECK(heard.missing_frames > 0);
  }
}

TEST_CASE("a stopped node goes on, a restarted one is back, and what cannot be done is told") {
  stage on;
  auto planned = pair(4500ms);
  planned.faults = {fault(fault_kind::stop, 500ms, 600ms), fault(fault_kind::restart, 2500ms, {}),
                    fault(fault_kind::kill, 4s, {}), fault(fault_kind::stop, 4200ms, {})};
  const auto seen = on.run(planned);
  REQUIRE(seen.faults.size() == 4);
  const auto& far = heard_by(seen, "far");
  REQUIRE(far.recoveries.size() >= 2);
  CHECK(far.recoveries[0].fault == 0);
  CHECK(far.recoveries[0].silence >= 500ms);
  CHECK(seen.faults[1].ended);
  CHECK(seen.nodes[0].starts == 2);
  CHECK(far.recoveries.back().fault == 2);
  CHECK_FALSE(far.recoveries.back().after);
  CHECK_FALSE(seen.faults[2].ended);
  CHECK(seen.faults[3].error == "a does not run");
}

TEST_CASE("a partition silences those behind it, until it heals") {
  for (const bool isolated : ways_to_run()) {
    CAPTURE(isolated);
    stage on;
    on.settings.isolated = isolated;
    auto planned = pair(4s);
    planned.faults = {fault(fault_kind::partition, 500ms, 700ms)};
    planned.faults[0].node = "b";
    planned.faults[0].upstream = "a";
    const auto seen = on.run(planned);
    const auto& near = heard_by(seen, "near");
    const auto& far = heard_by(seen, "far");
    CHECK(near.recoveries.empty());
    REQUIRE(far.recoveries.size() >= 1);
    CHECK(far.recoveries[0].silence >= 600ms);
    REQUIRE(far.recoveries[0].after);
    CHECK(far.spans.back().to >= 3500ms);
  }
}

TEST_CASE("a link that gets worse is heard, and better again afterwards") {
  for (const bool isolated : ways_to_run()) {
    CAPTURE(isolated);
    stage on;
    on.settings.isolated = isolated;
    auto planned = pair(2500ms);
    planned.faults = {fault(fault_kind::quality, 500ms, 1500ms)};
    planned.faults[0].node = "b";
    planned.faults[0].upstream = "a";
    planned.faults[0].quality.delay = 150ms;
    const auto seen = on.run(planned);
    REQUIRE(heard_by(seen, "far").latency);
    CHECK(heard_by(seen, "far").latency->p50 >= 150ms);
    CHECK(heard_by(seen, "near").latency->p50 < 100ms * slowdown);
  }
}

TEST_CASE("a run that is to stop ends early and in order, whatever it is at") {
  for (const bool isolated : ways_to_run()) {
    for (const int asked_before : {0, 20, 400}) {
      CAPTURE(isolated);
      CAPTURE(asked_before);
      stage on;
      on.settings.isolated = isolated;
      int asked = 0;
      on.settings.is_to_stop = [&] { return ++asked > asked_before; };
      auto planned = pair(60s);
      planned.faults = {fault(fault_kind::stop, 0ms, {})};
      CHECK(on.run(planned).duration < 30s);
    }
  }
}

TEST_CASE("a topology that cannot begin says why, and leaves nothing") {
  stage on;
  auto planned = pair(1s);
  planned.nodes[0].options.emplace_back("--bitrate=1");
  try {
    static_cast<void>(run(planned, on.settings));
    FAIL("it began");
  } catch (const std::exception& trouble) {
    const std::string text{trouble.what()};
    CHECK(text.find("the node a ended at once") != std::string::npos);
    CHECK(text.find("a.log") != std::string::npos);
    CHECK(text.find("--bitrate: 1 is no whole number") != std::string::npos);
  }
  CHECK(processes_of(on.settings.directory) == 0);
}
