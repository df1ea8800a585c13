#include "apps/inspect/trace/frame_steps.hpp"

#include <doctest/doctest.h>

#include "tests/unit/inspect/trace/two_nodes.hpp"

using namespace troupe;
using namespace troupe::inspecting;
using namespace troupe::inspecting::test;
using namespace std::chrono_literals;

namespace {

const frame_steps& steps_of(const std::map<frame_name, frame_steps>& frames, std::uint64_t number) {
  return frames.at({stream_of_two_nodes, number});
}

/// "processed by frame_processor" that led to the step by that actor.
std::string before(const frame_steps& steps, const std::string& step, const std::string& actor) {
  for (const auto& each : steps)
    if (each.step == step && each.actor == actor)
      return each.after ? steps[*each.after].step + " by " + steps[*each.after].actor : "nothing";
  return "there is no such step";
}

}  // namespace

TEST_CASE("a frame's steps are by time, over all nodes by one clock") {
  const auto frames = steps_by_frame(two_nodes());
  const auto& steps = steps_of(frames, 17);
  REQUIRE(steps.size() == 10);
  CHECK(steps.front().step == "captured");
  CHECK(steps.back().step == "written");
  CHECK(steps.back().node == 1);
  for (std::size_t i = 1; i < steps.size(); ++i) CHECK(steps[i - 1].at <= steps[i].at);
}

TEST_CASE("a frame's way forks after the frame processor, and goes on in the next node") {
  const auto frames = steps_by_frame(two_nodes());
  const auto& steps = steps_of(frames, 17);
  CHECK(before(steps, "captured", "source") == "nothing");
  CHECK(before(steps, "encoded", "source") == "captured by source");
  CHECK(before(steps, "processed", "frame_processor") == "encoded by source");
  CHECK(before(steps, "queued", "connection:1") == "processed by frame_processor");
  CHECK(before(steps, "written", "connection:1") == "queued by connection:1");
  CHECK(before(steps, "sent", "link_sender:2") == "processed by frame_processor");
  CHECK(before(steps, "received", "link_receiver") == "sent by link_sender:2");
}

TEST_CASE("a step whose beginnings were not recorded is the first") {
  node_trace late{"late", {}};
  late.record.steps = {{.at = 1us, .actor = "connection:1", .step = "written", .frame = {"s", 1}}};
  const auto frames = steps_by_frame({late});
  CHECK_FALSE(frames.at({"s", 1}).front().after);
}

TEST_CASE("frames of one number in two streams are two") {
  node_trace trace{"node", {}};
  trace.record.steps = {{.at = 1us, .actor = "source", .step = "captured", .frame = {"a", 1}},
                        {.at = 2us, .actor = "source", .step = "captured", .frame = {"b", 1}}};
  CHECK(steps_by_frame({trace}).size() == 2);
}

TEST_CASE("a step that is not known comes after those that are") {
  node_trace trace{"node", {}};
  trace.record.steps = {{.at = 1us, .actor = "source", .step = "encoded", .frame = {"a", 1}},
                        {.at = 2us, .actor = "source", .step = "polished", .frame = {"a", 1}}};
  const auto frames = steps_by_frame({trace});
  CHECK(before(frames.at({"a", 1}), "polished", "source") == "encoded by source");
}
