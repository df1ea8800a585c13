#include "apps/inspect/trace/followed_frame.hpp"

#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "protocol/failure.hpp"
#include "tests/unit/inspect/trace/two_nodes.hpp"

using namespace troupe;
using namespace troupe::inspecting;
using namespace troupe::inspecting::test;
using namespace std::chrono_literals;

namespace {

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("of several nodes' traces the frame is followed that is seen furthest") {
  auto traces = two_nodes();
  // Of this one only an end is there.
  traces[1].record.steps.push_back(
      {.at = 1us, .actor = "connection:1", .step = "written", .frame = {stream_of_two_nodes, 16}});
  const auto followed = follow_furthest(traces);
  REQUIRE(followed);
  CHECK(followed->name.frame == 17);
  CHECK(followed->steps.size() == 10);
  CHECK_FALSE(follow_furthest({}));
}

TEST_CASE("a frame's way says when it was where, what took how long, and what took longest") {
  const auto text = to_text(*follow_furthest(two_nodes()));
  CHECK(holds(text, "Frame 17 of stream 9f3a5c7e01234567"));
  CHECK(holds(text, "written"));
  CHECK(holds(text, "relay/connection:1"));
  CHECK(holds(text, "600 µs  received"));
  CHECK(holds(text, "the longest stretch, 20 ms, is from captured (studio/source) to encoded"));
  CHECK(holds(text, "Times in relay are known but for 10 µs."));
}

TEST_CASE("a frame's way through one node is what that node says of it") {
  frame_way way;
  way.frame = {"s", 7};
  way.captured = unix_time{1000s};
  way.steps = {{.at = 0us, .actor = "source", .step = "captured", .frame = way.frame},
               {.at = 20ms, .actor = "source", .step = "encoded", .frame = way.frame}};
  const auto followed = follow_one("kitchen", way);
  CHECK(followed.steps.size() == 2);
  CHECK(followed.nodes.front().name == "kitchen");
  CHECK(followed.steps.front().at == unix_time{1000s});
  CHECK_FALSE(holds(to_text(followed), "kitchen/"));
  CHECK_THROWS_AS(static_cast<void>(follow_one("kitchen", {})), failure);
}

TEST_CASE("a node that says no step of a frame's way is named without what acts on a terminal") {
  try {
    static_cast<void>(follow_one("kit\x1b[2Jchen", {}));
    FAIL("there was a way");
  } catch (const failure& refused) {
    CHECK(holds(refused.what(), "kit?[2Jchen"));
  }
}

TEST_CASE("as JSON a frame's way has the same, in microseconds") {
  const auto object = to_json(*follow_furthest(two_nodes()));
  CHECK(object["version"] == 1);
  CHECK(object["frame"] == 17);
  CHECK(object["stream"] == stream_of_two_nodes);
  REQUIRE(object["steps"].size() == 10);
  CHECK(object["steps"][0]["after"].is_null());
  CHECK(object["steps"][1]["after"] == 0);
  CHECK(object["steps"][1]["took_us"] == doctest::Approx(20'290));
  CHECK(object["steps"][9]["node"] == "relay");
  CHECK(object["steps"][9]["at_us"] == doctest::Approx(21'100));
}
