#include "actors/telemetry/latency_monitor.hpp"

#include <memory>
#include <vector>

#include <doctest/doctest.h>

#include "tests/actors/support/stage.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using test::stage;

namespace {

struct watched {
  watched() { begin(); }

  void begin() { monitor = on.spawn(telemetry::latency_monitor, kept); }
  latency_report report() { return on.ask<latency_report>(monitor, report_atom::value); }

  stage on;
  std::shared_ptr<telemetry::latency_records> kept = std::make_shared<telemetry::latency_records>();
  latency_monitor_actor monitor;
};

}  // namespace

TEST_CASE("the latency monitor reports the stages that had readings, over its restarts") {
  watched here;
  here.on.tell(here.monitor,
               latency_batch{{{latency_stage::write, 30us}, {latency_stage::write, 50us}}});
  caf::anon_send_exit(here.monitor, caf::exit_reason::kill);
  here.on.run();
  here.begin();
  here.on.tell(here.monitor, latency_batch{{{latency_stage::write, 10us}}});
  const auto stages = here.report().stages;
  REQUIRE(stages.size() == 1);
  CHECK(stages[0].stage == latency_stage::write);
  CHECK(stages[0].since_start.count == 3);
  CHECK(stages[0].since_start.min == 10us);
  CHECK(stages[0].since_start.max == 50us);
}

TEST_CASE("the latency monitor has the windows follow the time") {
  watched here;
  here.on.tell(here.monitor, latency_batch{{{latency_stage::write, 30us}}});
  CHECK(here.report().stages[0].last_second.count == 0);  // it is not over
  here.on.pass(2s);
  here.on.tell(here.monitor, latency_batch{{{latency_stage::write, 40us}}});
  here.on.pass(1s);
  CHECK(here.report().stages[0].last_second.count == 1);
  CHECK(here.report().stages[0].last_second.p50 == 40us);
  here.on.pass(5s);
  CHECK(here.report().stages[0].last_second.count == 0);
  CHECK(here.report().stages[0].last_minute.count == 2);
  here.on.pass(60s);
  CHECK(here.report().stages[0].last_minute.count == 0);
}

TEST_CASE("the latency monitor keeps each client's latency, and for a while that of who has gone") {
  watched here;
  const client_number first{1};
  const client_number second{2};
  here.on.tell(here.monitor, latency_batch{{{latency_stage::total, 1ms}}, first});
  here.on.tell(here.monitor, latency_batch{{{latency_stage::total, 3ms}}, second});
  here.on.tell(here.monitor, gone_atom::value, first);
  const auto report = here.report();
  REQUIRE(report.clients.size() == 2);
  CHECK(report.clients[0].client == first);
  CHECK(report.clients[0].total.since_start.max == 1ms);
  CHECK(report.clients[1].client == second);
  CHECK(report.clients[1].total.since_start.max == 3ms);
  CHECK(report.stages[0].since_start.count == 2);
}
