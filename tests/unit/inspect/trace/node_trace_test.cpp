#include "apps/inspect/trace/node_trace.hpp"

#include <doctest/doctest.h>

using namespace troupe;
using namespace troupe::inspecting;
using namespace std::chrono_literals;

namespace {

node_trace trace_with(std::chrono::nanoseconds offset, std::chrono::nanoseconds error) {
  node_trace result;
  result.record.began = unix_time{1000s};
  result.record.clock = {.offset = offset, .error = error};
  return result;
}

}  // namespace

TEST_CASE("the clocks of a chain of nodes add up, whatever the order of the nodes") {
  std::vector<node_trace> traces{trace_with(3ms, 30us), trace_with(0ms, 0us),
                                 trace_with(-5ms, 20us)};
  // The last hears the one in the middle, the first hears the last.
  put_on_one_clock(traces, {2, std::nullopt, 1});
  CHECK(traces[1].clock.offset == 0ms);
  CHECK(traces[2].clock.offset == -5ms);
  CHECK(traces[0].clock.offset == -2ms);
  CHECK(traces[0].clock.error == 50us);
  CHECK(traces[0].time_of(1ms) == unix_time{1000s} - 1ms);
}

TEST_CASE("a node whose upstream was not recorded is read by the clock of that upstream") {
  std::vector<node_trace> traces{trace_with(3ms, 30us)};
  put_on_one_clock(traces, {std::nullopt});
  CHECK(traces[0].clock.offset == 3ms);
}

TEST_CASE("nodes that say that they hear each other have an end") {
  std::vector<node_trace> traces{trace_with(1ms, 0us), trace_with(1ms, 0us)};
  put_on_one_clock(traces, {1, 0});
  CHECK(traces[0].clock.offset == 2ms);
}
