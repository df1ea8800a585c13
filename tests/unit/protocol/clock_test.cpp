#include "protocol/clock.hpp"

#include <doctest/doctest.h>

using namespace troupe;
using namespace std::chrono_literals;

TEST_CASE("the next beat is the next multiple of the interval, never now") {
  CHECK(next_beat(steady_time{0s}, 1s) == steady_time{1s});
  CHECK(next_beat(steady_time{1ns}, 1s) == steady_time{1s});
  CHECK(next_beat(steady_time{999ms}, 1s) == steady_time{1s});
  CHECK(next_beat(steady_time{1s}, 1s) == steady_time{2s});
  CHECK(next_beat(steady_time{1234ms}, 500ms) == steady_time{1500ms});
}

TEST_CASE("a beat with a phase is as much later than those without") {
  CHECK(next_beat(steady_time{0s}, 1s, 50ms) == steady_time{50ms});
  CHECK(next_beat(steady_time{50ms}, 1s, 50ms) == steady_time{1050ms});
  CHECK(next_beat(steady_time{10020ms}, 1s, 50ms) == steady_time{10050ms});
  CHECK(next_beat(steady_time{10s}, 1s, 1s) == steady_time{11s});
}
