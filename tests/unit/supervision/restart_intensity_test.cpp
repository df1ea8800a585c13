#include "actors/supervision/restart_intensity.hpp"

#include <doctest/doctest.h>

using namespace troupe;
using namespace std::chrono_literals;
using supervision::recent_failures;

TEST_CASE("one failure more than the window allows gives up, whoever failed") {
  recent_failures failures{{.max_restarts = 2, .window = 10s}};
  const steady_time start{};
  CHECK(failures.allow_restart(1, start));
  CHECK(failures.allow_restart(2, start + 1s));
  CHECK_FALSE(failures.allow_restart(1, start + 9s));
  CHECK(failures.count() == 3);
  CHECK(failures.count(1) == 2);
}

TEST_CASE("a failure counts until the window has passed, and no longer") {
  recent_failures failures{{.max_restarts = 1, .window = 10s}};
  const steady_time start{};
  CHECK(failures.allow_restart(1, start));
  CHECK(failures.allow_restart(1, start + 10s));
  CHECK_FALSE(failures.allow_restart(1, start + 20s - 1ns));
}

TEST_CASE("no restart at all is allowed with a limit of 0") {
  recent_failures failures{{.max_restarts = 0, .window = 10s}};
  CHECK_FALSE(failures.allow_restart(1, steady_time{}));
}
