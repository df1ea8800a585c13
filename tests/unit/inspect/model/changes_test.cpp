#include "apps/inspect/model/changes.hpp"

#include <doctest/doctest.h>

using namespace troupe;
using namespace troupe::inspecting;
using namespace std::chrono_literals;

namespace {

/// Two seconds between two looks at one node.
struct two_looks {
  two_looks() {
    earlier.node.pid = later.node.pid = 4711;
    earlier.node.started = later.node.started = unix_time{100s};
    earlier.node.now = unix_time{200s};
    later.node.now = unix_time{202s};
  }

  [[nodiscard]] changes between() const {
    const auto result = changes_between(earlier, later);
    REQUIRE(result);
    return *result;
  }

  snapshot earlier;
  snapshot later;
};

actor_facts actor(const std::string& name, std::uint64_t turns, std::chrono::nanoseconds busy) {
  actor_facts result;
  result.name = name;
  result.turns = turns;
  result.busy = busy;
  return result;
}

handler_facts handler(const std::string& message, const std::string& from, std::uint64_t count,
                      std::chrono::nanoseconds total) {
  handler_facts result;
  result.message = message;
  result.from = from;
  result.times.count = count;
  result.total = total;
  return result;
}

}  // namespace

TEST_CASE("an actor's turns and its share of a core are over the time between two snapshots") {
  two_looks at;
  at.earlier.actors = {actor("source", 1000, 100ms)};
  at.later.actors = {actor("source", 1100, 300ms)};
  const auto between = at.between();
  CHECK(between.interval == 2s);
  REQUIRE(between.actors.size() == 1);
  CHECK(between.actors.front().turns_per_second == doctest::Approx(50));
  CHECK(between.actors.front().busy_share == doctest::Approx(0.1));
  CHECK(between.actors.front().mean_turn == 2ms);
}

TEST_CASE(
    "an actor is busy with the turn that goes on, second by second, and not when it is over") {
  two_looks at;
  at.earlier.actors = at.later.actors = {actor("source", 1000, 100ms)};
  at.later.actors.front().in_hand = {.message = "wake_up", .lasting = 2s};
  CHECK(at.between().actors.front().busy_share == doctest::Approx(1));
  at.earlier.actors = at.later.actors;
  at.later.actors = {actor("source", 1001, 2100ms)};
  CHECK(at.between().actors.front().busy_share == 0);
}

TEST_CASE("an actor without a turn in between has no mean") {
  two_looks at;
  at.earlier.actors = at.later.actors = {actor("source", 1000, 100ms)};
  CHECK(at.between().actors.front().mean_turn == 0ns);
  CHECK(at.between().actors.front().turns_per_second == 0);
}

TEST_CASE("handlers are told apart by message and sender, and wake-ups are no messages") {
  two_looks at;
  at.earlier.actors = {actor("registry", 10, 10ms)};
  at.earlier.actors.front().handlers = {handler("wake_up", "", 10, 10ms),
                                        handler("report", "connection", 0, 0ms)};
  at.later.actors = {actor("registry", 136, 26ms)};
  at.later.actors.front().handlers = {handler("wake_up", "", 110, 20ms),
                                      handler("report", "connection", 20, 2ms),
                                      handler("report", "source", 6, 4ms)};
  const auto changed = at.between().actors.front();
  CHECK(changed.messages_per_second == doctest::Approx(13));
  REQUIRE(changed.handlers.size() == 3);
  CHECK(changed.handlers[0].per_second == doctest::Approx(50));
  CHECK(changed.handlers[0].mean == 100us);
  CHECK(changed.handlers[1].per_second == doctest::Approx(10));
  CHECK(changed.handlers[2].per_second == doctest::Approx(3));
  CHECK(changed.handlers[2].busy_share == doctest::Approx(0.002));
}

TEST_CASE("an actor whose handlers were not told before has none to compare") {
  two_looks at;
  at.earlier.actors = {actor("connection:1", 10, 10ms)};
  at.later.actors = {actor("connection:1", 20, 20ms)};
  at.later.actors.front().handlers = {handler("wake_up", "", 20, 20ms)};
  CHECK(at.between().actors.front().handlers.empty());
}

TEST_CASE("what is new began at 0, and what is over is left out") {
  two_looks at;
  at.earlier.actors = {actor("old", 1000, 1s)};
  at.later.actors = {actor("new", 10, 1ms)};
  const auto between = at.between();
  REQUIRE(between.actors.size() == 1);
  CHECK(between.of_actor("old") == nullptr);
  REQUIRE(between.of_actor("new") != nullptr);
  CHECK(between.of_actor("new")->turns_per_second == doctest::Approx(5));
}

TEST_CASE("changes are in the order of the later snapshot") {
  two_looks at;
  at.earlier.actors = {actor("a", 0, 0ms), actor("b", 0, 0ms)};
  at.later.actors = {actor("b", 2, 0ms), actor("a", 4, 0ms)};
  const auto between = at.between();
  CHECK(between.actors[0].name == "b");
  CHECK(between.actors[0].turns_per_second == doctest::Approx(1));
  CHECK(between.actors[1].turns_per_second == doctest::Approx(2));
}

TEST_CASE("restarts, failures and drops in between are counted, a mailbox may shrink") {
  two_looks at;
  at.earlier.actors = at.later.actors = {actor("source", 0, 0ms)};
  at.earlier.actors.front().restarts = 3;
  at.later.actors.front().restarts = 5;
  at.later.actors.front().failures = 1;
  at.later.actors.front().mailbox.dropped = 7;
  at.earlier.actors.front().mailbox.now = 9;
  at.later.actors.front().mailbox.now = 4;
  const auto changed = at.between().actors.front();
  CHECK(changed.restarts == 2);
  CHECK(changed.failures == 1);
  CHECK(changed.dropped == 7);
  CHECK(changed.mailbox_growth == -5);
}

TEST_CASE("flows, clients, frames and the link have their rates") {
  two_looks at;
  at.earlier.flows = {
      {.from = "source", .to = "frame_processor", .message = "frame", .count = 100}};
  at.later.flows = {{.from = "source", .to = "frame_processor", .message = "frame", .count = 200},
                    {.from = "source", .to = "monitor", .message = "frame", .count = 2}};
  client_facts client;
  client.client = 7;
  at.earlier.clients = {client};
  client.frames_produced = 100;
  client.frames_delivered = 90;
  client.frames_dropped = {{"queue_full", 8}, {"write_timeout", 2}};
  client.bytes_sent = 24'000;
  at.later.clients = {client};
  at.later.frames.produced = 100;
  at.later.frames.dropped = {{"queue_full", 10}};
  at.later.upstream = upstream_facts{.frames_received = 96, .frames_missing = 4};
  at.later.node.cpu = 1s;

  const auto between = at.between();
  REQUIRE(between.flows.size() == 2);
  CHECK(between.flows[0].per_second == doctest::Approx(50));
  CHECK(between.flows[1].per_second == doctest::Approx(1));
  REQUIRE(between.of_client(7) != nullptr);
  CHECK(between.of_client(8) == nullptr);
  CHECK(between.of_client(7)->delivered_per_second == doctest::Approx(45));
  CHECK(between.of_client(7)->dropped_per_second == doctest::Approx(5));
  CHECK(between.of_client(7)->bytes_per_second == doctest::Approx(12'000));
  CHECK(between.produced_per_second == doctest::Approx(50));
  CHECK(between.dropped_per_second == doctest::Approx(5));
  REQUIRE(between.upstream);
  CHECK(between.upstream->received_per_second == doctest::Approx(48));
  CHECK(between.upstream->missing_per_second == doctest::Approx(2));
  CHECK(between.cpu_share == doctest::Approx(0.5));
}

TEST_CASE("what clients got is over the time between two of their own tellings") {
  two_looks at;
  client_facts client;
  client.client = 7;
  client.counted = unix_time{199'500ms};
  at.earlier.frames.counted = client.counted;
  at.earlier.clients = {client};
  client.counted += 1s;  // the second one is still to come, when the later look is taken
  client.frames_delivered = 50;
  at.later.clients = {client};
  at.later.frames.counted = client.counted;
  at.later.frames.delivered = 50;
  at.later.frames.produced = 100;
  at.earlier.flows = {{"source", "frame_processor", "frame", 0, {}},
                      {"connection", "clients", "frame", 0, {}}};
  at.later.flows = {{"source", "frame_processor", "frame", 100, {}},
                    {"connection", "clients", "frame", 50, {}}};
  const auto between = at.between();
  CHECK(between.produced_per_second == doctest::Approx(50));
  CHECK(between.delivered_per_second == doctest::Approx(50));
  CHECK(between.of_client(7)->delivered_per_second == doctest::Approx(50));
  CHECK(between.flows[0].per_second == doctest::Approx(50));
  CHECK(between.flows[1].per_second == doctest::Approx(50));
}

TEST_CASE("of clients who have told nothing in between, what was found last holds") {
  two_looks at;
  client_facts client;
  client.client = 7;
  client.counted = unix_time{199s};
  at.earlier.frames.counted = client.counted;
  at.earlier.clients = {client};
  at.later.clients = {client};
  at.later.frames.counted = client.counted;
  changes before;
  before.delivered_per_second = 50;
  before.clients = {{.client = 7, .delivered_per_second = 50}};
  const auto result = changes_between(at.earlier, at.later, &before);
  REQUIRE(result);
  CHECK(result->delivered_per_second == 50);
  CHECK(result->of_client(7)->delivered_per_second == 50);
  CHECK(at.between().of_client(7)->delivered_per_second == 0);
}

TEST_CASE("a count that fell has no rate below 0") {
  two_looks at;
  at.earlier.actors = {actor("source", 100, 1s)};
  at.later.actors = {actor("source", 50, 500ms)};
  CHECK(at.between().actors.front().turns_per_second == 0);
  CHECK(at.between().actors.front().busy_share == 0);
}

TEST_CASE("two runs of a node have nothing in common, nor have a snapshot and itself") {
  two_looks at;
  CHECK_FALSE(changes_between(at.later, at.later));
  CHECK_FALSE(changes_between(at.later, at.earlier));
  auto anew = at;
  anew.later.node.pid = 4712;
  CHECK_FALSE(changes_between(anew.earlier, anew.later));
  anew = at;
  anew.later.node.started += 10s;
  CHECK_FALSE(changes_between(anew.earlier, anew.later));
}
