#include "actors/supervision/backoff.hpp"

#include <vector>

#include <doctest/doctest.h>

using namespace troupe;
using namespace std::chrono_literals;
using supervision::backoff;

using waits = std::vector<std::chrono::nanoseconds>;

TEST_CASE("the first restart is immediate, then the wait doubles up to its cap") {
  backoff delays{{.first = 1s, .cap = 5s, .jitter = 0}};
  waits seen;
  for (int i = 0; i < 6; ++i) seen.push_back(delays.after_failure(0s, 0.5));
  CHECK(seen == waits{0s, 1s, 2s, 4s, 5s, 5s});
}

TEST_CASE("a child that stayed up for as long as the cap begins a new burst, and not before") {
  backoff delays{{.first = 1s, .cap = 5s, .jitter = 0}};
  CHECK(delays.after_failure(0s, 0) == 0s);
  CHECK(delays.after_failure(4999ms, 0) == 1s);
  CHECK(delays.after_failure(5s, 0) == 0s);
  CHECK(delays.after_failure(0s, 0) == 1s);
}

TEST_CASE("chance shortens a wait by the jitter's part of it at most, and never lengthens it") {
  const auto second_wait = [](double chance) {
    backoff delays{{.first = 10s, .cap = 30s, .jitter = 0.2}};
    CHECK(delays.after_failure(0s, chance) == 0s);
    return delays.after_failure(0s, chance);
  };
  CHECK(second_wait(0) == 10s);
  CHECK(second_wait(0.5) == 9s);
  CHECK(second_wait(1) == 8s);
}

TEST_CASE("a first wait that is longer than the cap is cut to it") {
  backoff delays{{.first = 10s, .cap = 2s, .jitter = 0}};
  CHECK(delays.after_failure(0s, 0) == 0s);
  CHECK(delays.after_failure(0s, 0) == 2s);
}
