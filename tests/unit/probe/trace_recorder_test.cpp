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

TEST_CASE("there is one recording at a time, and one that nobody took is forgotten for the next") {
  trace_recorder trace;
  REQUIRE(trace.start(in(10ms)));
  CHECK_FALSE(trace.start(in(1h)));
  std::this_thread::sleep_for(15ms);
  CHECK(trace.start(in(1ms)));
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
