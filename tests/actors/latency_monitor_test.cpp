#include "actors/telemetry/latency_monitor.hpp"

#include <memory>
#include <vector>

#include <doctest/doctest.h>

#include "tests/actors/support/stage.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using test::stage;

TEST_CASE("the latency monitor reports the stages that had readings, over its restarts") {
  stage on;
  const auto kept = std::make_shared<telemetry::latency_records>();
  const auto first = on.spawn(telemetry::latency_monitor, kept);
  on.tell(first, latency_batch{{{latency_stage::write, 30us}, {latency_stage::write, 50us}}});
  caf::anon_send_exit(first, caf::exit_reason::kill);
  on.run();
  const auto second = on.spawn(telemetry::latency_monitor, kept);
  on.tell(second, latency_batch{{{latency_stage::write, 10us}}});
  const auto report = on.ask<std::vector<latency_summary>>(second, report_atom::value);
  REQUIRE(report.size() == 1);
  CHECK(report[0].stage == latency_stage::write);
  CHECK(report[0].count == 3);
  CHECK(report[0].min == 10us);
  CHECK(report[0].max == 50us);
}
