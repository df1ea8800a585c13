#include "apps/inspect/model/snapshot.hpp"

#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "protocol/failure.hpp"
#include "tests/unit/inspect/support/pretended_node.hpp"

using namespace troupe;
using namespace troupe::inspecting;
using namespace troupe::inspecting::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

std::string refusal_of(const json& answer) {
  try {
    static_cast<void>(parse_snapshot(answer));
  } catch (const failure& refused) {
    CHECK(refused.kind() == failure_kind::unknown_format);
    return refused.what();
  }
  FAIL("it was not refused");
  return {};
}

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the document in the contract is read: the node") {
  const auto node = parse_snapshot(document_of_contract()).node;
  CHECK(node.name == "kitchen");
  CHECK(node.pid == 4711);
  CHECK(node.listen == "troupe://127.0.0.1:4444");
  CHECK(node.started == unix_time{1s});
  CHECK(node.now == unix_time{2s});
  CHECK(node.uptime == 1s);
  CHECK(node.is_healthy);
  CHECK(node.may_steer);
  CHECK_FALSE(node.allows_faults);
  CHECK(node.cpu == 200ms);
  CHECK(node.resident_kib == 15000);
  CHECK(node.last_event == 17);
  CHECK(node.stream == "9f3a5c7e01234567");
}

TEST_CASE("the document in the contract is read: actors, with their handlers") {
  const auto actors = parse_snapshot(document_of_contract()).actors;
  REQUIRE(actors.size() == 1);
  const auto& actor = actors.front();
  CHECK(actor.name == "frame_processor");
  CHECK(actor.parent == "supervisor");
  CHECK(actor.state == "up");
  CHECK(actor.age == 1s);
  CHECK(actor.mailbox.peak == 2);
  REQUIRE(actor.in_hand);
  CHECK(actor.in_hand->message == "wake_up");
  CHECK(actor.in_hand->lasting == 12us);
  CHECK(actor.turns == 1000);
  CHECK(actor.busy == 5ms);
  CHECK(actor.wait.p99 == 9us);
  REQUIRE(actor.handlers.size() == 1);
  CHECK(actor.handlers.front().total == 5ms);
  CHECK(actor.handlers.front().times.p50 == 4500ns);
}

TEST_CASE("the document in the contract is read: what flows, the stages, clients and the stream") {
  const auto now = parse_snapshot(document_of_contract());
  REQUIRE(now.flows.size() == 1);
  CHECK(now.flows.front().to == "frame_processor");
  CHECK(now.flows.front().wait.max == 20us);
  REQUIRE(now.stages.size() == 1);
  CHECK(now.stages.front().times.p999 == 150us);
  CHECK(now.stages.front().last_second.count == 50);
  CHECK(now.stages.front().last_minute.p50 == 90us);
  REQUIRE(now.clients.size() == 1);
  CHECK(now.clients.front().client == 1);
  CHECK(total(now.clients.front().frames_dropped) == 10);
  CHECK(now.clients.front().latency_in_last_minute.count == 990);
  CHECK_FALSE(now.upstream);
  CHECK(now.stream.asked_for.frame_duration == 20ms);
  CHECK(now.stream.asked_for.bitrate_bps == 64000);
  CHECK(now.frames.dropped.at("queue_full") == 10);
  CHECK(now.frames.clients_connected == 1);
}

TEST_CASE("an upstream is read, with its clock") {
  auto document = document_of_contract();
  document["upstream"] = json::parse(
      R"({"upstream": "attic", "address": "10.0.0.2:4747", "losses": 3, "frames_missing": 7,
          "last_refusal": "", "clock": {"offset_us": -1500.5, "error_us": 20, "drift_ppm": 1.5}})");
  const auto upstream = parse_snapshot(document).upstream;
  REQUIRE(upstream);
  CHECK(upstream->address == "10.0.0.2:4747");
  CHECK(upstream->losses == 3);
  CHECK(upstream->frames_missing == 7);
  REQUIRE(upstream->clock);
  CHECK(upstream->clock->offset == -1'500'500ns);
  CHECK(upstream->clock->drift_ppm == 1.5);
}

TEST_CASE("members that are not known are ignored, those that are absent have their defaults") {
  const auto now = parse_snapshot(json::parse(
      R"({"version": 1, "weather": "fine", "actors": [{"name": "source", "mood": ["good"]}]})"));
  CHECK(now.node.name.empty());
  REQUIRE(now.actors.size() == 1);
  CHECK(now.actors.front().name == "source");
  CHECK_FALSE(now.actors.front().in_hand);
  CHECK(now.clients.empty());
}

TEST_CASE("a member of a wrong type is named, wherever it is") {
  auto document = document_of_contract();
  document["actors"][0]["handlers"][0]["p99_us"] = "soon";
  CHECK(holds(refusal_of(document), "\"actors[0].handlers[0].p99_us\" is string"));
  document = document_of_contract();
  document["clients"] = 7;
  CHECK(holds(refusal_of(document), "\"clients\" is number where a list belongs"));
  document = document_of_contract();
  document["flows"][0] = "none";
  CHECK(holds(refusal_of(document), "\"flows[0]\""));
  document = document_of_contract();
  document["frames"]["dropped"]["queue_full"] = -1;
  CHECK(holds(refusal_of(document), "\"frames.dropped.queue_full\""));
}

TEST_CASE("a member's name that a node chose cannot act on the terminal") {
  auto document = document_of_contract();
  document["frames"]["dropped"]["\x1b[2J"] = "many";
  CHECK(holds(refusal_of(document), "\"frames.dropped.?[2J\" is string"));
}

TEST_CASE("a time that nothing can take is refused") {
  auto document = document_of_contract();
  document["node"]["uptime_s"] = 1e300;
  CHECK(holds(refusal_of(document), "\"node.uptime_s\""));
}

TEST_CASE("another version is refused, and so is none") {
  auto document = document_of_contract();
  document["version"] = 2;
  CHECK(holds(refusal_of(document), "version 2"));
  document.erase("version");
  CHECK(holds(refusal_of(document), "version 0"));
}

TEST_CASE("what is no object is refused") {
  CHECK_FALSE(refusal_of(json::array()).empty());
  CHECK_FALSE(refusal_of(json{}).empty());
}

TEST_CASE("the answer about one actor is read") {
  const auto actor = document_of_contract()["actors"][0];
  CHECK(parse_actor({{"version", 1}, {"actor", actor}}).handlers.size() == 1);
  CHECK_THROWS_AS(static_cast<void>(parse_actor({{"version", 1}})), failure);
}
