// How a node follows what its machine and its clients can bear.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/integration/support/child_process.hpp"
#include "tests/integration/support/control_group.hpp"
#include "tests/integration/support/eventually.hpp"
#include "tests/integration/support/fault_client.hpp"
#include "tests/integration/support/running_node.hpp"
#include "tests/integration/support/temporary_directory.hpp"

using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> reasons_in(const nlohmann::json& account) {
  std::vector<std::string> result;
  for (const auto& event : account["adaptation"]["events"]) result.push_back(event["reason"]);
  return result;
}

bool holds(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

TEST_CASE("a node whose CPU is taken away makes its sound simpler, and as before afterwards") {
  const auto group = control_group::make();
  if (!group) {
    MESSAGE("skipped: no control group with a quota can be made here");
    return;
  }
  // No step is taken back here, as one is that comes too late on a busy machine.
  running_node node{{"--source", "tone:440", "--complexity", "10", "--adapt", "on",
                     "--adapt-cooldown", "2s", "--adapt-stability", "1s", "--adapt-rollback",
                     "1m"}};
  const auto pid = node.process().pid();
  group->add(pid);
  child_process listener{TROUPE_LISTEN, {node.socket(), "--json"}};
  node.process().wait_for_errors("client 1 came");
  const auto before = cpu_time_of(pid);
  std::this_thread::sleep_for(2s);
  const auto used = (cpu_time_of(pid) - before) / 2s;
  const auto half =
      std::chrono::duration_cast<std::chrono::microseconds>(used / 2 * control_group::period);
  group->allow(std::max<std::chrono::microseconds>(half, 1ms));
  node.process().wait_for_errors("level 0 to ", 30s);
  std::this_thread::sleep_for(3s);
  group->allow(std::nullopt);
  node.process().wait_for_errors(" to 0: all has been well", 60s);
  listener.send_signal(SIGTERM);
  CHECK(listener.wait() == exited(0));
  const auto account = node.stop();
  CHECK(account["adaptation"]["level"] == 0);
  CHECK(account["adaptation"]["set"] == account["adaptation"]["asked_for"]);
  CHECK(holds(reasons_in(account), "calm"));
}

TEST_CASE("only watching, a node whose CPU is taken away tells what it would do, and does not") {
  const auto group = control_group::make();
  if (!group) {
    MESSAGE("skipped: no control group with a quota can be made here");
    return;
  }
  running_node node{{"--source", "tone:440", "--complexity", "10", "--adapt", "watch"}};
  auto client = node.client();
  client.send_heartbeat();
  group->add(node.process().pid());
  group->allow(1ms);
  node.process().wait_for_errors("level 0 would go to ", 30s);
  group->allow(std::nullopt);
  client.close();
  const auto account = node.stop();
  CHECK(account["adaptation"]["set"] == account["adaptation"]["asked_for"]);
  CHECK(account["adaptation"]["changes"] >= 1);
}

TEST_CASE("a client that reads too slowly gets less room, and the others notice nothing") {
  running_node node{{"--source", "tone:440", "--frame-ms", "5", "--socket-buffer", "4",
                     "--min-socket-buffer", "4", "--adapt", "on"}};
  child_process first{TROUPE_LISTEN, {node.socket(), "--json"}};
  node.process().wait_for_errors("client 1 came");
  child_process second{TROUPE_LISTEN, {node.socket(), "--json"}};
  node.process().wait_for_errors("client 2 came");
  auto slow = node.client();
  node.process().wait_for_errors("client 3 came");
  for (int i = 0; i < 100; ++i) {
    REQUIRE(slow.read_message());
    std::this_thread::sleep_for(50ms);  // ten times as long as a frame lasts
  }
  slow.close();
  for (auto* listener : {&first, &second}) {
    listener->send_signal(SIGTERM);
    CHECK(listener->wait() == exited(0));
    CHECK(listener->last_json_line()["missing_frames"] == 0);
  }
  const auto account = node.stop();
  for (const auto& client : account["clients"]) {
    const bool is_slow = client["client"] == 3;
    CAPTURE(client);
    CHECK(client["pace"] == (is_slow ? "slow" : "steady"));
    CHECK(client["queue_frames"] == (is_slow ? 3 : 6));
    CHECK((client["frames_dropped"]["queue_full"] > 0) == is_slow);
  }
  const auto reasons = reasons_in(account);
  CHECK_FALSE(holds(reasons, "dropped"));
  CHECK_FALSE(holds(reasons, "queue"));
}

TEST_CASE(
    "whoever fails on a level, and whatever is asked for there, the level stays until all is "
    "well") {
  const temporary_directory directory;
  const auto config = directory / "node.toml";
  std::ofstream{config} << "bitrate = 96000\n";
  running_node node{{"--source", "tone:440", "--config", config.string(), "--frame-ms", "5",
                     "--socket-buffer", "4", "--min-socket-buffer", "4", "--allow-faults",
                     "--max-restarts", "20", "--adapt", "on", "--adapt-cooldown", "2s",
                     "--adapt-stability", "1s"}};
  fault_client faults{node.socket()};
  auto client = node.client();
  client.read_until(wire_type::opus_frame);
  const auto says = [&](const char* text) {
    return node.process().errors().find(text) != std::string::npos;
  };
  const auto read_slowly_for = [&](std::chrono::milliseconds time) {
    for (auto left = time; left > 0ms; left -= 50ms) {
      REQUIRE(client.read_message());
      std::this_thread::sleep_for(50ms);  // ten times as long as a frame lasts
    }
  };
  for (int i = 0; i < 30 && !says("level 0 to "); ++i) read_slowly_for(1s);
  REQUIRE(says("level 0 to "));
  std::ofstream{config} << "bitrate = 80000\n";
  node.process().send_signal(SIGHUP);
  std::uint64_t killed = 0;
  for (const auto* const actor :
       {"adaptive_optimiser", "system_sensor", "latency_monitor", "client_registry", "source"}) {
    CHECK(faults.order(std::string{"kill "} + actor) == "ok");
    ++killed;
    CHECK(eventually([&] { return faults.restarts() == killed; }, 5s));
    CHECK_FALSE(says(" to 0: "));
    read_slowly_for(500ms);
  }
  const auto patience = std::chrono::steady_clock::now() + 60s;
  while (!says(" to 0: all has been well")) {
    REQUIRE(std::chrono::steady_clock::now() < patience);
    REQUIRE(client.read_message());
  }
  client.close();
  const auto account = node.stop();
  CHECK(account["adaptation"]["level"] == 0);
  CHECK(account["adaptation"]["asked_for"]["bitrate_bps"] == 80'000);
  CHECK(account["adaptation"]["set"]["bitrate_bps"] == 80'000);
  CHECK(account["adaptation"]["set"]["frame_ms"] == 5);
}

TEST_CASE("a listener's word tells how long frames take to it") {
  running_node node{{"--source", "tone:440"}};
  child_process listener{TROUPE_LISTEN, {node.socket(), "--duration", "4s", "--json"}};
  CHECK(listener.wait() == exited(0));
  const auto latency = node.stop()["latency"];
  CHECK(latency["end_to_end"]["count"] >= 3);
  CHECK(latency["end_to_end"]["p50_us"] >= latency["total"]["min_us"]);
  CHECK(latency["total"]["p999_us"] >= latency["total"]["p50_us"]);
}
