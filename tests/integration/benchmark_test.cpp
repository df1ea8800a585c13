#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/integration/support/child_process.hpp"
#include "tests/integration/support/sanitizers.hpp"

using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

/// One short round of each scenario named.
nlohmann::json measure(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--seconds", "1", "--rounds", "1", "--json"});
  child_process bench{TROUPE_BENCH, std::move(arguments)};
  const auto status = bench.wait(100s);
  INFO(bench.errors());
  REQUIRE(status == exited(0));
  return bench.last_json_line();
}

}  // namespace

TEST_CASE("the benchmark measures floor and node in one run, and no frame is lost") {
  const auto figures = measure({"latency", "throughput", "fanout", "--clients", "50"});
  for (const std::string scenario : {"latency", "throughput", "fanout"})
    for (const std::string side : {"floor", "troupe"}) {
      CAPTURE(scenario + " of " + side);
      CHECK(figures[scenario][side]["frames_lost"] == 0);
    }
  CHECK(figures["throughput"]["troupe"]["frames_dropped"] == 0);
  CHECK(figures["throughput"]["troupe"]["frames_delivered"] == 500'000);
  CHECK(figures["fanout"]["troupe"]["frames_delivered"] == 50 * 50);
  // Far below what it is, for machines that are busy: batches are sent, not frames.
  if (!sanitized) CHECK(figures["throughput"]["ratio"]["frames_per_s"] > 1);
}

TEST_CASE("in the benchmark clients that never read cost the others no frame, and are closed") {
  const auto figures = measure({"isolation"})["isolation"];
  CHECK(figures["with_stalled"]["frames_lost"] == 0);
  CHECK(figures["with_stalled"]["clients_timed_out"] == 20);
  CHECK(figures["without_stalled"]["clients_timed_out"] == 0);
}
