#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "apps/topology/running/runner.hpp"
#include "tests/integration/support/child_process.hpp"

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

TEST_CASE("the benchmark measures floor and node in one run") {
  const auto figures = measure({"latency", "throughput", "fanout", "--clients", "50"});
  for (const std::string side : {"floor", "troupe", "ratio"}) {
    CAPTURE(side);
    CHECK(figures["latency"][side]["p50_us"] > 0);
    CHECK(figures["latency"][side]["cpu_us_per_frame"] > 0);
    CHECK(figures["throughput"][side]["frames_per_s"] > 0);
    CHECK(figures["fanout"][side]["cpu_percent"] > 0);
  }
  // Whoever is not paced waits for its reader.
  const auto& unpaced = figures["throughput"]["troupe"];
  CHECK(unpaced["frames_delivered"] == 500'000);
  CHECK(unpaced["frames_dropped"] == 0);
  CHECK(unpaced["frames_lost"] == 0);
  const auto& fanned_out = figures["fanout"]["troupe"];
  CHECK(fanned_out["frames_delivered"].get<int>() + fanned_out["frames_dropped"].get<int>() ==
        50 * 50);
}

TEST_CASE("in the benchmark clients that never read are closed, and the others are not") {
  const auto figures = measure({"isolation"})["isolation"];
  CHECK(figures["with_stalled"]["clients_timed_out"] == 20);
  CHECK(figures["without_stalled"]["clients_timed_out"] == 0);
}

TEST_CASE("the benchmark measures a link beside a bare ping-pong over TCP") {
  const auto figures = measure({"link"})["link"];
  for (const std::string side : {"floor", "troupe", "ratio"}) CHECK(figures[side]["p50_us"] > 0);
  CHECK(figures["troupe"]["frames_lost"] == 0);
  CHECK(figures["troupe"]["cpu_us_per_frame"] > 0);
}

TEST_CASE("the benchmark measures a link between two network namespaces") {
  if (!troupe::topology::can_isolate()) {
    MESSAGE("skipped: no network namespaces can be made here");
    return;
  }
  const auto figures = measure({"link-veth"})["link-veth"];
  for (const std::string side : {"floor", "troupe", "ratio"}) CHECK(figures[side]["p50_us"] > 0);
  CHECK(figures["troupe"]["frames_lost"] == 0);
}

TEST_CASE("the benchmark measures a link with TLS beside one without") {
  const auto figures = measure({"link-tls", "link-throughput"});
  for (const std::string side : {"plain", "tls"}) {
    CAPTURE(side);
    CHECK(figures["link-tls"][side]["p50_us"] > 0);
    CHECK(figures["link-tls"][side]["frames_lost"] == 0);
    CHECK(figures["link-throughput"][side]["frames_per_s"] > 0);
    CHECK(figures["link-throughput"][side]["frames_lost"] == 0);
  }
}
