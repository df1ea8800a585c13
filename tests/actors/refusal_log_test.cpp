#include "actors/network/refusal_log.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace troupe;
using namespace std::chrono_literals;

TEST_CASE("the same refusal is logged once a minute, and says how often it was meant") {
  network::refusal_log log;
  const steady_time now{1h};
  CHECK(log.note("host", "it is ugly", now) == "host was refused: it is ugly");
  CHECK(log.note("host", "it is late", now));
  CHECK(log.note("other", "it is ugly", now));
  for (int i = 0; i < 5; ++i) CHECK_FALSE(log.note("host", "it is ugly", now + 59s));
  CHECK(log.note("host", "it is ugly", now + 61s) ==
        "host was refused: it is ugly (5 times more since this was logged)");
}

TEST_CASE("refusals from ever new hosts do not fill the log, and are counted") {
  network::refusal_log log;
  const steady_time now{1h};
  int logged = 0;
  for (int i = 0; i < 1000; ++i)
    logged += log.note(std::to_string(i), "it is no node", now) ? 1 : 0;
  CHECK(logged < 50);
  const auto news = log.note("last", "it is no node", now + 2min);
  REQUIRE(news);
  CHECK(news->find(std::to_string(1000 - logged) + " others") != std::string::npos);
}
