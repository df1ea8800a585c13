#include "actors/supervision/restart_policy.hpp"

#include <vector>

#include <doctest/doctest.h>

using namespace troupe;
using namespace std::chrono_literals;
using supervision::restart_history;

TEST_CASE("the first restart is immediate, then the delay doubles up to its cap") {
  restart_history history{{.max_restarts = 8, .window = 1h, .backoff = 1s, .backoff_cap = 5s}};
  steady_time now{};
  std::vector<std::chrono::nanoseconds> delays;
  for (int i = 0; i < 6; ++i) {
    const auto delay = history.delay_after_failure(now += 1s);
    REQUIRE(delay);
    delays.push_back(*delay);
  }
  CHECK(delays == std::vector<std::chrono::nanoseconds>{0s, 1s, 2s, 4s, 5s, 5s});
}

TEST_CASE("one failure more than the window allows gives up") {
  restart_history history{{.max_restarts = 2, .window = 10s}};
  const steady_time start{};
  CHECK(history.delay_after_failure(start));
  CHECK(history.delay_after_failure(start + 1s));
  CHECK_FALSE(history.delay_after_failure(start + 9s));
}

TEST_CASE("a failure counts no more once the window has passed") {
  restart_history history{{.max_restarts = 1, .window = 10s}};
  const steady_time start{};
  CHECK(history.delay_after_failure(start) == 0ns);
  CHECK(history.delay_after_failure(start + 10s) == 0ns);
  CHECK_FALSE(history.delay_after_failure(start + 19s));
}
