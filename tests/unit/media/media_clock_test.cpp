#include "actors/media/media_clock.hpp"

#include <array>

#include <doctest/doctest.h>

using namespace troupe;
using namespace troupe::media;
using namespace std::chrono_literals;

namespace {

const steady_time steady_start{std::chrono::nanoseconds{12'345'678'901}};
const unix_time unix_start{std::chrono::nanoseconds{1'700'000'000'123'456'789}};

}  // namespace

TEST_CASE("the millionth frame is as punctual as the first") {
  media_clock clock{steady_start, unix_start};
  for (int i = 0; i < 1'000'000; ++i) clock.advance(2'500us);
  CHECK(clock.due() == steady_start + 2'500s);
  CHECK(clock.timestamp() == unix_start + 2'500s);
}

TEST_CASE("timestamps differ by exactly the duration of the frame between, whichever it is") {
  media_clock clock{steady_start, unix_start};
  const std::array<std::chrono::nanoseconds, 6> durations{2'500us, 5ms, 10ms, 20ms, 40ms, 60ms};
  for (int round = 0; round < 100; ++round) {
    for (const auto duration : durations) {
      const auto due = clock.due();
      const auto timestamp = clock.timestamp();
      clock.advance(duration);
      CHECK(clock.due() - due == duration);
      CHECK(clock.timestamp() - timestamp == duration);
    }
  }
  CHECK(clock.due() == steady_start + 13'750ms);
}

TEST_CASE("frames that were missed are left out, and the next one is due now") {
  media_clock clock{steady_start, unix_start};
  clock.advance(20ms);
  CHECK(clock.slip(steady_start + 520ms, unix_start + 520ms) == 500ms);
  CHECK(clock.due() == steady_start + 520ms);
  CHECK(clock.timestamp() == unix_start + 520ms);
}

TEST_CASE("a Unix clock that was set is followed, forwards and backwards") {
  media_clock clock{steady_start, unix_start};
  clock.advance(20ms);
  CHECK(clock.follow(steady_start + 5ms, unix_start + 5ms + 1h) == 1h);
  CHECK(clock.timestamp() == unix_start + 20ms + 1h);
  CHECK(clock.due() == steady_start + 20ms);
  CHECK(clock.follow(steady_start + 5ms, unix_start + 5ms) == -1h);
  CHECK(clock.timestamp() == unix_start + 20ms);
}

TEST_CASE("a Unix clock that is off by no more than 100 ms is not") {
  media_clock clock{steady_start, unix_start};
  CHECK_FALSE(clock.follow(steady_start, unix_start + 100ms).has_value());
  CHECK_FALSE(clock.follow(steady_start, unix_start - 100ms).has_value());
  CHECK(clock.timestamp() == unix_start);
  CHECK(clock.follow(steady_start, unix_start + 101ms).has_value());
}

TEST_CASE("a caller that comes late is no jump of the Unix clock") {
  media_clock clock{steady_start, unix_start};
  CHECK_FALSE(clock.follow(steady_start + 10s, unix_start + 10s).has_value());
  CHECK(clock.timestamp() == unix_start);
}
