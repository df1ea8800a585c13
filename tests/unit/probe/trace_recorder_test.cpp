#include "actors/probe/trace_recorder.hpp"

#include <chrono>
#include <thread>

#include <doctest/doctest.h>

using namespace troupe;
using namespace std::chrono_literals;
using probe::trace_recorder;

namespace {

steady_time in(std::chrono::nanoseconds time) { return std::chrono::steady_clock::now() + time; }

}  // namespace

TEST_CASE("a recorder takes down what happens until the recording is over, and gives it once") {
  trace_recorder trace;
  CHECK_FALSE(trace.is_on());
  REQUIRE(trace.start(in(20ms)));
  CHECK(trace.is_on());
  CHECK(trace.until().has_value());
  trace.note(probe::traced_turn{.at = in(0ms), .took = 1us});
  trace.note(probe::traced_step{.at = in(0ms), .step = probe::frame_step::encoded});
  CHECK_FALSE(trace.take().has_value());
  std::this_thread::sleep_for(25ms);
  trace.note(probe::traced_turn{.at = in(0ms), .took = 1us});
  CHECK_FALSE(trace.is_on());
  const auto recording = trace.take();
  REQUIRE(recording.has_value());
  CHECK(recording->turns.size() == 1);
  CHECK(recording->steps.size() == 1);
  CHECK(recording->dropped == 0);
  CHECK_FALSE(trace.take().has_value());
}

TEST_CASE("there is one recording at a time, and the next waits some seconds for it to be taken") {
  steady_time now{1h};
  trace_recorder trace{[&] { return now; }};
  REQUIRE(trace.start(now + 2s));
  CHECK_FALSE(trace.start(now + 1h));
  now += 2s + trace_recorder::time_to_take - 1ns;
  CHECK_FALSE(trace.start(now + 2s));
  CHECK(trace.take().has_value());
  REQUIRE(trace.start(now + 2s));
  now += 2s + trace_recorder::time_to_take;
  CHECK(trace.start(now + 2s));
}

TEST_CASE("a recording that nobody takes is forgotten after a minute, and not before") {
  steady_time now{1h};
  trace_recorder trace{[&] { return now; }};
  REQUIRE(trace.start(now + 2s));
  now += 2s + trace_recorder::kept_for - 1ns;
  trace.forget_old();
  CHECK(trace.take().has_value());
  REQUIRE(trace.start(now + 2s));
  now += 2s + trace_recorder::kept_for;
  trace.forget_old();
  CHECK_FALSE(trace.is_on());
  CHECK_FALSE(trace.take().has_value());
}

TEST_CASE("a recorder is bounded, and says what it dropped") {
  trace_recorder trace;
  REQUIRE(trace.start(in(500ms)));
  for (std::size_t i = 0; i < trace_recorder::room + 7; ++i)
    trace.note(probe::traced_turn{.at = steady_time{}});
  std::this_thread::sleep_until(*trace.until() + 1ms);
  const auto recording = trace.take();
  REQUIRE(recording.has_value());
  CHECK(recording->turns.size() == trace_recorder::room);
  CHECK(recording->dropped == 7);
}
