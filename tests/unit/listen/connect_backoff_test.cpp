#include "apps/listen/connect_backoff.hpp"

#include <vector>

#include <doctest/doctest.h>

using namespace troupe::listening;
using namespace std::chrono_literals;

TEST_CASE("a delay starts at 50 ms and doubles after every third try") {
  const std::vector<std::chrono::milliseconds> expected{50ms,  50ms,  50ms,  100ms,
                                                        100ms, 100ms, 200ms, 200ms};
  for (unsigned tries = 1; tries <= expected.size(); ++tries)
    CHECK(delay_after(tries) == expected[tries - 1]);
}

TEST_CASE("a delay never grows over 5 s, however many tries failed") {
  CHECK(delay_after(19) == 3200ms);
  CHECK(delay_after(22) == 5000ms);
  CHECK(delay_after(4'000'000'000U) == 5000ms);
}

TEST_CASE("jitter spreads delays over half to one and a half of them, at most 5 s") {
  std::minstd_rand randomness{1};
  auto least = 1000ms;
  auto most = 0ms;
  for (int i = 0; i < 1000; ++i) {
    const auto delay = with_jitter(200ms, randomness);
    least = std::min(least, delay);
    most = std::max(most, delay);
    CHECK(with_jitter(5000ms, randomness) <= 5000ms);
  }
  CHECK(least >= 100ms);
  CHECK(least < 110ms);
  CHECK(most <= 300ms);
  CHECK(most > 290ms);
}
