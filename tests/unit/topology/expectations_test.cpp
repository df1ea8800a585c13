#include "apps/topology/expectations.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/unit/topology/small_plan.hpp"

using namespace troupe::topology;
using namespace std::chrono_literals;

namespace {

/// A run of the diamond in which all was well.
outcome good_run() {
  outcome seen{.duration = 10s};
  for (const auto* name : {"studio", "left", "right", "bottom"})
    seen.nodes.push_back({.name = name,
                          .starts = 1,
                          .memory_at_start_kib = 100,
                          .memory_at_end_kib = 120,
                          .memory_peak_kib = 130});
  seen.listeners.push_back({.name = "ear",
                            .spans = {{.from = 0s, .to = 9900ms, .frames = 495}},
                            .frames = 495,
                            .latency = latency_percentiles{.p50 = 10ms, .p99 = 20ms}});
  return seen;
}

std::vector<std::string> judged(const plan& planned, const outcome& seen) {
  std::vector<std::string> texts;
  for (const auto& each : judge(planned, seen))
    texts.push_back(each.who + ": " + each.expected + ": " + each.seen);
  return texts;
}

using texts = std::vector<std::string>;

}  // namespace

TEST_CASE("where all is as expected nothing is broken, and limits may be reached") {
  auto planned = troupe::topology::test::diamond();
  CHECK(judged(planned, good_run()).empty());
  planned.listeners[0].expected = {.most_missing_frames = 3,
                                   .most_gaps = 1,
                                   .most_latency_p50 = 10ms,
                                   .most_latency_p99 = 20ms,
                                   .most_recovery = 1s};
  planned.nodes[1].expected = {
      .most_memory_kib = 130, .most_memory_growth_kib = 20, .most_actor_restarts = 1};
  auto seen = good_run();
  seen.faults = {{.planned = {.node = "left"}}};
  seen.nodes[1].actor_restarts = 1;
  seen.listeners[0].missing_frames = 3;
  seen.listeners[0].spans = {{.from = 0s, .to = 5s}, {.from = 6s, .to = 9s}};
  seen.listeners[0].recoveries = {{.fault = 0, .silence = 1s, .after = 1s}};
  CHECK(judged(planned, seen).empty());
}

TEST_CASE("a listener that misses more than it may is told of") {
  auto planned = troupe::topology::test::diamond();
  planned.listeners[0].expected.most_missing_frames = 0;
  planned.listeners[0].expected.most_gaps = 0;
  auto seen = good_run();
  seen.listeners[0].missing_frames = 12;
  seen.listeners[0].spans = {{.from = 0s, .to = 5s}, {.from = 5500ms, .to = 9900ms}};
  CHECK(judged(planned, seen) ==
        texts{"listener ear: at most 0 frames missing: 12", "listener ear: at most 0 gaps: 1"});
}

TEST_CASE("a latency that is too long is told of") {
  auto planned = troupe::topology::test::diamond();
  planned.listeners[0].expected.most_latency_p50 = 9ms;
  planned.listeners[0].expected.most_latency_p99 = 19500us;
  auto seen = good_run();
  CHECK(judged(planned, seen) == texts{"listener ear: half of the frames within 9.00 ms: 10.0 ms",
                                       "listener ear: 99 % of the frames within 19.5 ms: 20.0 ms"});
  seen.listeners[0].latency.reset();
  CHECK(judged(planned, seen) ==
        texts{"listener ear: a latency that keeps within its limits: it never heard anything"});
}

TEST_CASE("a listener that hears nothing at the end is told of, unless that is expected") {
  auto planned = troupe::topology::test::diamond();
  auto seen = good_run();
  seen.listeners[0].spans[0].to = 8s;
  CHECK(judged(planned, seen) == texts{"listener ear: it hears at the end: nothing after 8.00 s"});
  seen.listeners[0].spans.clear();
  CHECK(judged(planned, seen) ==
        texts{"listener ear: it hears at the end: it never heard anything"});
  planned.listeners[0].expected.hears_at_the_end = false;
  CHECK(judged(planned, seen).empty());
}

TEST_CASE("recovery counts from the fault's end where nothing but that helped") {
  auto planned = troupe::topology::test::diamond();
  planned.listeners[0].expected.most_recovery = 1500ms;
  auto seen = good_run();
  seen.faults = {{.planned = {.kind = fault_kind::kill, .node = "left"}, .begun = 1s, .ended = 4s}};
  seen.listeners[0].recoveries = {
      {.fault = 0, .silence = 4s, .after = 4s, .after_end = run_time{1s}}};
  CHECK(judged(planned, seen).empty());
  seen.listeners[0].recoveries[0].after_end = 1600ms;
  CHECK(judged(planned, seen) == texts{"listener ear: sound again after fault 1 (kill left) "
                                       "within 1.50 s: 1.60 s"});
  seen.listeners[0].recoveries[0].after_end.reset();
  CHECK(judged(planned, seen) == texts{"listener ear: sound again after fault 1 (kill left) "
                                       "within 1.50 s: 4.00 s"});
}

TEST_CASE("a recovery that never came is told of, unless silence until the end is expected") {
  auto planned = troupe::topology::test::diamond();
  planned.listeners[0].expected.most_recovery = 1s;
  auto seen = good_run();
  seen.faults = {{.planned = {.kind = fault_kind::stop, .node = "left"}, .begun = 1s}};
  seen.listeners[0].recoveries = {{.fault = 0, .silence = 9s}};
  const texts never{"listener ear: sound again after fault 1 (stop left) within 1.00 s: none"};
  CHECK(judged(planned, seen) == never);
  planned.listeners[0].expected.hears_at_the_end = false;
  CHECK(judged(planned, seen).empty());
  seen.faults[0].ended = 2s;
  CHECK(judged(planned, seen) == never);
}

TEST_CASE("a node that takes too much memory, or restarts too many actors, is told of") {
  auto planned = troupe::topology::test::diamond();
  planned.nodes[1].expected = {
      .most_memory_kib = 129, .most_memory_growth_kib = 19, .most_actor_restarts = 0};
  auto seen = good_run();
  seen.nodes[1].actor_restarts = 2;
  CHECK(judged(planned, seen) == texts{"node left: at most 129 KiB of memory: 130",
                                       "node left: at most 19 KiB more memory than at the start: "
                                       "20",
                                       "node left: at most 0 restarts of actors: 2"});
  seen.nodes[1] = {.name = "left", .memory_at_start_kib = 500};
  CHECK(judged(planned, seen).empty());
}

TEST_CASE("whatever ended badly, could not be done or is absent is told of") {
  auto planned = troupe::topology::test::diamond();
  planned.listeners[0].count = 2;
  planned.listeners[0].expected.most_gaps = 0;
  planned.faults = {{.at = 1s, .kind = fault_kind::kill, .node = "left"},
                    {.at = 2s, .kind = fault_kind::restart, .node = "right"}};
  auto seen = good_run();
  seen.listeners[0].error = "killed by signal 11";
  seen.nodes[0].error = "exit status 70";
  seen.nodes.pop_back();
  seen.faults = {{.planned = planned.faults[0], .error = "no such process"}};
  CHECK(judged(planned, seen) ==
        texts{"listener ear: it tells what it heard: killed by signal 11",
              "listener ear: 2 of it: 1", "node studio: it ends in good order: exit status 70",
              "node bottom: it runs: nothing of it",
              "fault 1 (kill left): it is done: no such process",
              "fault 2 (restart right): it is done: the run ended before"});
  seen.listeners[0].planned = 7;
  CHECK(judged(planned, seen).front() == "listener ear: one of the plan's: it is in no plan");
}
