#include "apps/inspect/model/trace_record.hpp"

#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "apps/inspect/model/event.hpp"
#include "protocol/failure.hpp"

using namespace troupe;
using namespace troupe::inspecting;
using namespace std::chrono_literals;
using nlohmann::json;

TEST_CASE("a trace is read, its turns and its steps") {
  const auto trace = parse_trace(json::parse(R"({"version": 1, "trace": {
    "unix_began_s": 1000, "seconds": 2, "dropped": 1, "clock": {"offset_us": -5.5, "error_us": 2},
    "events": [
      {"at_us": 10.5, "for_us": 3, "actor": "frame_processor", "message": "wake_up", "from": ""},
      {"at_us": 10.7, "actor": "source", "step": "encoded", "frame": 17, "stream": "9f"}]}})"));
  CHECK(trace.began == unix_time{1000s});
  CHECK(trace.length == 2s);
  CHECK(trace.dropped == 1);
  CHECK(trace.clock.offset == -5500ns);
  REQUIRE(trace.turns.size() == 1);
  CHECK(trace.turns.front().at == 10'500ns);
  CHECK(trace.turns.front().lasted == 3us);
  CHECK(trace.turns.front().message == "wake_up");
  REQUIRE(trace.steps.size() == 1);
  CHECK(trace.steps.front().step == "encoded");
  CHECK(trace.steps.front().frame == frame_name{"9f", 17});
}

TEST_CASE("a frame's way is read, each step with the frame's name") {
  const auto way = parse_frame_way(json::parse(R"({"version": 1, "frame": {
    "stream": "9f", "frame": 17, "unix_captured_s": 1000.5, "clock": null,
    "steps": [{"step": "captured", "actor": "source", "at_us": 0},
              {"step": "written", "actor": "connection:1", "at_us": 20100.25}]}})"));
  CHECK(way.captured == unix_time{1000s + 500ms});
  REQUIRE(way.steps.size() == 2);
  CHECK(way.steps.back().frame == frame_name{"9f", 17});
  CHECK(way.steps.back().at == 20'100'250ns);
}

TEST_CASE("an answer without a trace or a frame is refused") {
  CHECK_THROWS_AS(static_cast<void>(parse_trace({{"version", 1}})), failure);
  CHECK_THROWS_AS(static_cast<void>(parse_frame_way({{"version", 1}})), failure);
}

TEST_CASE("events are read, and a level that is not known is no warning") {
  const auto list = parse_events(json::parse(R"json({"version": 1, "last": 18, "events": [
    {"number": 17, "unix_time_s": 2, "kind": "client", "level": "warning", "subject": "client 7",
     "text": "client 7 came (pid 5000, uid 0)"},
    {"number": 18, "level": "whisper"}]})json"));
  CHECK(list.last == 18);
  REQUIRE(list.events.size() == 2);
  CHECK(list.events[0].number == 17);
  CHECK(list.events[0].time == unix_time{2s});
  CHECK(list.events[0].level == event_level::warning);
  CHECK(list.events[0].subject == "client 7");
  CHECK(list.events[1].level == event_level::info);
}
