#include "apps/inspect/model/findings.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "apps/inspect/model/changes.hpp"
#include "tests/unit/inspect/terminal/small_node.hpp"

using namespace troupe::inspecting;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

/// What stands out after a second in which the later state came about.
std::vector<finding> after(const snapshot& later) {
  const auto lately = changes_between(small_node(later.clients.size()), later);
  REQUIRE(lately);
  return findings_in(later, &*lately);
}

/// The same where the source made frames of such a duration, each in one turn, of which so much was
/// encoding.
std::vector<finding> after_encoding(std::chrono::nanoseconds frame, std::chrono::nanoseconds turn,
                                    std::chrono::nanoseconds encoding) {
  auto earlier = small_node();
  auto later = one_second_later(earlier);
  const auto turns = 1s / frame;
  auto& source = actor_in(later, "source");
  source.turns = actor_in(earlier, "source").turns + static_cast<std::uint64_t>(turns);
  source.busy = actor_in(earlier, "source").busy + turn * turns;
  later.stream.set.frame_duration = frame;
  std::ranges::find(later.stages, "encode", &stage_facts::stage)->last_second.p50 = encoding;
  return after(later);
}

std::vector<std::string> texts(const std::vector<finding>& found) {
  std::vector<std::string> result;
  for (const auto& each : found) result.push_back(each.text);
  return result;
}

}  // namespace

TEST_CASE("nothing stands out in a node where all is well") {
  CHECK(after(one_second_later(small_node())).empty());
  CHECK(findings_in(small_node(), nullptr).empty());
}

TEST_CASE("what hurts most is said first, in words") {
  auto node = one_second_later(small_node());
  auto& source = actor_in(node, "source");
  source.state = "stuck";
  source.in_hand = {.message = "wake_up", .lasting = 2300ms};
  auto& monitor = actor_in(node, "latency_monitor");
  monitor.restarts = 1;
  monitor.age = 4s;
  monitor.last_failure = "out of memory";
  actor_in(node, "frame_processor").busy += 50 * 1600us;
  auto& registry = actor_in(node, "client_registry");
  registry.mailbox.now = 12;
  node.clients[1].frames_dropped["queue_full"] += 7;
  node.frames.dropped["queue_full"] += 7;
  node.stream.level = 3;

  const auto found = after(node);
  CHECK(texts(found) == std::vector<std::string>{
                            "source is stuck: at wake_up for 2.3 s",
                            "latency_monitor was restarted 4.0 s ago: out of memory",
                            "frame_processor is slow: 1.6 ms a turn, 8 % of a core",
                            "client_registry falls behind: 12 messages wait, 12 more than before",
                            "client 2 loses 7.0 frames/s (queue_full)",
                            "the sound is simpler than asked for: level 3 of 8"});
  CHECK(found[0].subject == "source");
  CHECK(found[2].how_bad == severity::alarm);
  CHECK(found[3].how_bad == severity::warning);
}

TEST_CASE("a source that encodes for long is not slow, as long as there is time for its frames") {
  CHECK(after_encoding(60ms, 30ms, 29ms).empty());
  CHECK(after_encoding(20ms, 11ms, 10ms).empty());
  const auto found = after_encoding(20ms, 13ms, 12ms);
  CHECK(texts(found) == std::vector<std::string>{"source is slow: 13 ms a turn, 65 % of a core"});
  CHECK(found.front().how_bad == severity::alarm);
}

TEST_CASE("a source whose turns are long for what it encodes is to be watched") {
  const auto found = after_encoding(20ms, 5300us, 300us);
  CHECK(texts(found) ==
        std::vector<std::string>{"source takes 5.3 ms a turn, and encoding only 0.3 ms of it"});
  CHECK(found.front().how_bad == severity::warning);
  CHECK(after_encoding(20ms, 900us, 100us).empty());
}

TEST_CASE("how long a source may take is told by the frames that were asked for, or is 1 ms") {
  const auto earlier = small_node();
  auto node = one_second_later(earlier);
  actor_in(node, "source").busy += 100 * 10ms;
  const auto lately = changes_between(earlier, node);
  REQUIRE(lately);
  const auto is_slow = [&] {
    return trouble_of(actor_in(node, "source"), lately->of_actor("source"), node).is_slow;
  };
  node.stream.asked_for.frame_duration = 40ms;
  node.stream.set.frame_duration = 20ms;
  CHECK_FALSE(is_slow());
  node.stream.set.frame_duration = 10ms;
  CHECK(is_slow());
  node.stream.set.frame_duration = 0ms;
  CHECK_FALSE(is_slow());
  node.stream.asked_for.frame_duration = 0ms;
  CHECK(is_slow());
}

TEST_CASE("an actor that waits for its restart, or is long at a message, stands out at one look") {
  auto node = small_node();
  auto& acceptor = actor_in(node, "acceptor");
  acceptor.state = "waiting";
  acceptor.last_failure = "it threw";
  actor_in(node, "source").in_hand = {.message = "wake_up", .lasting = 230ms};
  CHECK(texts(findings_in(node, nullptr)) ==
        std::vector<std::string>{"acceptor waits to be started again: it threw",
                                 "source has been at wake_up for 230 ms"});
}

TEST_CASE("a few messages in a mailbox, or an old restart, are not worth a word") {
  auto node = one_second_later(small_node());
  actor_in(node, "source").mailbox.now = 5;
  auto& monitor = actor_in(node, "latency_monitor");
  monitor.restarts = 1;
  monitor.age = 11s;
  CHECK(after(node).empty());
}

TEST_CASE("of many clients that lose frames, the one that loses most is named") {
  auto node = one_second_later(small_node(3));
  for (auto& client : node.clients) client.frames_dropped["queue_full"] += client.client * 10;
  node.frames.dropped["queue_full"] += 60;
  CHECK(
      texts(after(node)) ==
      std::vector<std::string>{"3 clients lose 60.0 frames/s, most of them client 3 (queue_full)"});
}

TEST_CASE("frames that take long, or that an upstream does not send, stand out") {
  auto earlier = small_node();
  earlier.upstream.emplace();
  earlier.upstream->upstream = "hall";
  auto node = one_second_later(earlier);
  node.upstream = earlier.upstream;
  node.upstream->frames_missing = 3;
  node.stages.back().last_second.max = 250ms;
  const auto lately = changes_between(earlier, node);
  REQUIRE(lately);
  CHECK(texts(findings_in(node, &*lately)) ==
        std::vector<std::string>{"3.0 frames/s of hall are missing",
                                 "frames take 0.1 ms, at most 250 ms, until they are sent"});
}

TEST_CASE("a node that does not measure its actors says how it would") {
  auto node = one_second_later(small_node());
  node.node.is_probed = false;
  CHECK(texts(after(node)) ==
        std::vector<std::string>{
            "what its actors do is not measured: start the node with --probe on"});
}

TEST_CASE("a node that is not well without a reason that shows is said to be so") {
  auto node = one_second_later(small_node());
  node.node.is_healthy = false;
  CHECK(texts(after(node)) ==
        std::vector<std::string>{"the node says that not all is well with it"});
}
