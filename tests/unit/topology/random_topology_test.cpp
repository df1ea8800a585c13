#include "apps/topology/random_topology.hpp"

#include <set>

#include <doctest/doctest.h>

#include "apps/topology/fault_text.hpp"
#include "apps/topology/node_graph.hpp"
#include "apps/topology/random_faults.hpp"
#include "apps/topology/topology_check.hpp"
#include "tests/unit/topology/small_plan.hpp"

using namespace troupe::topology;
using namespace std::chrono_literals;

namespace {

/// Whether there is a node that may notice both.
bool have_something_below_in_common(const node_graph& graph, const planned_fault& one,
                                    const planned_fault& other) {
  const auto below_one = graph.at_or_below(graph.find(one.node).value());
  const auto below_other = graph.at_or_below(graph.find(other.node).value());
  for (std::size_t i = 0; i < below_one.size(); ++i)
    if (below_one[i] && below_other[i]) return true;
  return false;
}

void check_rules(const plan& planned, const std::vector<planned_fault>& faults) {
  const node_graph graph{planned};
  for (std::size_t i = 0; i < faults.size(); ++i) {
    if (i > 0) REQUIRE(faults[i].at >= faults[i - 1].at);
    if (!is_momentary(faults[i].kind)) REQUIRE(faults[i].lasts.has_value());
    for (std::size_t before = 0; before < i; ++before)
      if (have_something_below_in_common(graph, faults[before], faults[i]))
        REQUIRE(faults[i].at >= healed_at(faults[before]));
  }
}

}  // namespace

TEST_CASE("random topologies are good ones of 2 to 30 nodes") {
  std::set<std::size_t> sizes;
  std::size_t with_second_choice = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const auto planned = random_topology(seed);
    REQUIRE(check(planned) == std::vector<std::string>{});
    REQUIRE_FALSE(planned.listeners.empty());
    sizes.insert(planned.nodes.size());
    for (const auto& node : planned.nodes)
      if (node.upstreams.size() > 1) ++with_second_choice;
  }
  CHECK(sizes.size() == 29);
  CHECK(*sizes.begin() == 2);
  CHECK(with_second_choice > 1000);
}

TEST_CASE("a seed gives the same on any machine") {
  CHECK(random_topology(7) == random_topology(7));
  CHECK(random_topology(7) != random_topology(8));
  const auto planned = random_topology(7);
  CHECK(planned.nodes.size() == 7);
  const auto faults = random_faults(planned, 10, 7);
  CHECK(faults == random_faults(planned, 10, 7));
  CHECK(text_of(faults.front()) == "kill studio");
}

TEST_CASE("a random topology has as many nodes as are asked for") {
  for (std::uint64_t seed = 0; seed < 50; ++seed)
    CHECK(random_topology(seed, {.least_nodes = 12, .most_nodes = 12}).nodes.size() == 12);
}

TEST_CASE("no random fault begins before another one has healed that the same nodes notice") {
  std::set<fault_kind> kinds;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const auto planned = random_topology(seed);
    const auto faults = random_faults(planned, 30, seed);
    REQUIRE(faults.size() == 30);
    CAPTURE(seed);
    check_rules(planned, faults);
    for (const auto& fault : faults) kinds.insert(fault.kind);
  }
  CHECK(kinds.size() == 6);
}

TEST_CASE("random faults come after those of the plan, and the run is long enough for all") {
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    auto planned = random_topology(seed);
    planned.faults.push_back({.at = 5s, .kind = fault_kind::kill, .node = "studio", .lasts = 1s});
    add_random_faults(planned, 20, seed);
    REQUIRE(planned.faults.size() == 21);
    REQUIRE(check(planned) == std::vector<std::string>{});
    REQUIRE(planned.faults[1].at >= healed_at(planned.faults[0]));
    REQUIRE(planned.duration >= healed_at(planned.faults.back()));
    REQUIRE(planned.duration < 20 * 1800ms + 15s);
  }
}

TEST_CASE("no node has so many actors killed that it ends, and none of them twice") {
  const auto planned = random_topology(1, {.least_nodes = 2, .most_nodes = 2});
  std::multiset<std::string> killed;
  for (const auto& fault : random_faults(planned, 300, 1))
    if (fault.kind == fault_kind::kill_actor) killed.insert(fault.node + " " + fault.actor);
  CHECK(killed.size() == 8);
  for (const auto& each : killed) CHECK(killed.count(each) == 1);
}

TEST_CASE("a node alone has random faults as well, but none of links") {
  plan planned{.name = "alone", .duration = 5s, .nodes = {test::source_node("studio")}};
  for (const auto& fault : random_faults(planned, 50, 3)) CHECK_FALSE(is_of_link(fault.kind));
  CHECK(random_faults({}, 5, 1).empty());
}

TEST_CASE("with random faults, what only holds without faults is not expected") {
  auto planned = test::diamond();
  planned.listeners[0].expected = {
      .most_missing_frames = 0, .most_gaps = 0, .most_latency_p50 = 50ms, .most_latency_p99 = 90ms};
  planned.nodes[0].expected.most_actor_restarts = 0;
  add_random_faults(planned, 100, 5);
  CHECK(planned.listeners[0].expected ==
        listener_expectations{.most_latency_p50 = 50ms, .most_recovery = 2s});
  CHECK(planned.nodes[0].expected.most_actor_restarts == 4);
  CHECK_FALSE(planned.nodes[1].expected.most_actor_restarts.has_value());
}
