#include "apps/topology/running/recoveries.hpp"

#include <doctest/doctest.h>

using namespace troupe::topology;
using namespace std::chrono_literals;

namespace {

heard_span sound(run_time from, run_time to) { return {.from = from, .to = to, .frames = 1}; }

done_fault fault(run_time begun, std::optional<run_time> ended = {}) {
  return {.begun = begun, .ended = ended};
}

}  // namespace

TEST_CASE("sound without a break needs no recovery") {
  CHECK(recoveries_of({sound(0s, 9990ms)}, {fault(5s, 6s)}, 10s).empty());
}

TEST_CASE("a fault that silenced is told with how long, and when sound came") {
  const auto found =
      recoveries_of({sound(0s, 4990ms), sound(5500ms, 9990ms)}, {fault(5s, 5300ms)}, 10s);
  REQUIRE(found.size() == 1);
  CHECK(found[0].fault == 0);
  CHECK(found[0].silence == 510ms);
  CHECK(found[0].after == 500ms);
  CHECK(found[0].after_end == 200ms);
}

TEST_CASE("sound that comes back while the fault lasts does not wait for its end") {
  const auto found = recoveries_of({sound(0s, 5s), sound(6s, 10s)}, {fault(5s, 9s)}, 10s);
  REQUIRE(found.size() == 1);
  CHECK(found[0].after == 1s);
  CHECK_FALSE(found[0].after_end);
}

TEST_CASE("silence to the run's end is a recovery that never came") {
  const auto found = recoveries_of({sound(0s, 5s)}, {fault(5s)}, 10s);
  REQUIRE(found.size() == 1);
  CHECK(found[0].silence == 5s);
  CHECK_FALSE(found[0].after);
  CHECK(recoveries_of({}, {fault(1s)}, 10s).empty());  // it never heard: no fault of this one
  CHECK(recoveries_of({sound(0s, 9900ms)}, {fault(9s)}, 10s).empty());
}

TEST_CASE("breaks that no fault explains are nobody's") {
  const std::vector<heard_span> spans{sound(0s, 2s), sound(3s, 5s), sound(6s, 10s)};
  CHECK(recoveries_of(spans, {}, 10s).empty());
  CHECK(recoveries_of(spans, {fault(2101ms, 2200ms)}, 10s).size() == 0);
  CHECK(recoveries_of(spans, {fault(2100ms, 2200ms)}, 10s).size() == 1);
  CHECK(recoveries_of(spans, {fault(2500ms, 2999ms)}, 10s).size() == 0);
  CHECK(recoveries_of(spans, {fault(2500ms, 3s)}, 10s).size() == 1);  // up to 2 s after its end
  auto failed = fault(2s, 3s);
  failed.error = "it could not be done";
  CHECK(recoveries_of(spans, {failed}, 10s).empty());
}

TEST_CASE("of two faults the later one explains a break, and one fault may explain several") {
  const std::vector<heard_span> spans{sound(0s, 2s), sound(3s, 4s), sound(5s, 10s)};
  const auto found = recoveries_of(spans, {fault(1900ms, 6s), fault(3900ms, 5s)}, 10s);
  REQUIRE(found.size() == 2);
  CHECK(found[0].fault == 0);
  CHECK(found[1].fault == 1);
  CHECK(recoveries_of(spans, {fault(1900ms, 6s)}, 10s).size() == 2);
}
