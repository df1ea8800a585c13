#include "apps/topology/topology_check.hpp"

#include <algorithm>
#include <limits>

#include <doctest/doctest.h>

#include "apps/topology/node_graph.hpp"
#include "protocol/failure.hpp"
#include "tests/unit/topology/small_plan.hpp"

using namespace troupe;
using namespace troupe::topology;
using namespace troupe::topology::test;
using namespace std::chrono_literals;

namespace {

/// Whether exactly one thing is found, and it says this.
bool finds_only(const plan& planned, const std::string& part) {
  const auto found = check(planned);
  for (const auto& each : found) INFO(each);
  CAPTURE(found);
  return found.size() == 1 && found.front().find(part) != std::string::npos;
}

plan with_fault(planned_fault fault) {
  auto planned = diamond();
  planned.faults.push_back(std::move(fault));
  return planned;
}

}  // namespace

TEST_CASE("nothing is found where nothing is wrong") {
  auto planned = diamond();
  planned.faults = {
      {.at = 0ms, .kind = fault_kind::kill, .node = "left", .lasts = 1s},
      {.at = 1s, .kind = fault_kind::restart, .node = "studio"},
      {.at = 2s, .kind = fault_kind::kill_actor, .node = "right", .actor = "source"},
      {.at = 3s, .kind = fault_kind::partition, .node = "bottom", .upstream = "right"},
      {.at = 9s,
       .kind = fault_kind::quality,
       .node = "bottom",
       .upstream = "left",
       .lasts = 1s,
       .quality = {.loss = 1}}};
  CHECK(check(planned) == std::vector<std::string>{});
}

TEST_CASE("names that are no good for files and interfaces are found") {
  for (const auto* name : {"", "a b", "a/b", "..", "-a", "sixteen-letters-", "ä"}) {
    auto planned = diamond();
    planned.nodes.push_back(relay_node(name, {"studio"}));
    CAPTURE(name);
    CHECK(finds_only(planned, "the name cannot be that of a file"));
  }
  auto planned = diamond();
  planned.listeners[0].name = std::string(41, 'a');
  CHECK(finds_only(planned, "the name cannot be that of a file"));
}

TEST_CASE("names that are there twice are found, also where one gets a number") {
  auto planned = diamond();
  planned.nodes.push_back(relay_node("left", {"studio"}));
  CHECK(finds_only(planned, "node \"left\": the name \"left\" is there twice"));
  planned = diamond();
  planned.listeners.push_back({.name = "left", .node = "right"});
  CHECK(finds_only(planned, "listener \"left\": the name \"left\" is there twice"));
  planned = diamond();
  planned.listeners.push_back({.name = "ear-2", .node = "right"});
  CHECK(check(planned).empty());
  planned.listeners[0].count = 2;
  CHECK(finds_only(planned, "the name \"ear-2\" is there twice"));
}

TEST_CASE("a node with neither source nor upstreams, or with both, is found") {
  auto planned = diamond();
  planned.nodes.push_back({.name = "idle"});
  CHECK(finds_only(planned, "node \"idle\" has neither source nor upstreams"));
  planned = diamond();
  planned.nodes[1].source = "tone:440";
  CHECK(finds_only(planned, "node \"left\" has both source and upstreams"));
}

TEST_CASE("a source or an option that no node takes is found") {
  auto planned = diamond();
  planned.nodes[0].source = "drum:4";
  CHECK(finds_only(planned, "node \"studio\" has a source that cannot be"));
  planned.nodes[0].source = "troupe://localhost:4747";
  CHECK(finds_only(planned, "name the other node in upstreams instead"));
  for (const auto& options : std::vector<std::vector<std::string>>{
           {"--bitrat", "64000"}, {"--bitrate"}, {"stray"}, {"--fec", "--no-fec"}, {"--help"}}) {
    planned = diamond();
    planned.nodes[0].options = options;
    CAPTURE(options.front());
    CHECK(finds_only(planned, "node \"studio\" has options that cannot be"));
  }
  planned = diamond();
  planned.nodes[2].options = {"--socket=/tmp/a.sock"};
  CHECK(finds_only(planned, "--socket is for the run to decide on; take it away"));
  planned.nodes[2].options = {"--bitrate", "64000", "--adapt=off"};
  CHECK(check(planned).empty());
}

TEST_CASE("an upstream that is not there, or there twice, is found") {
  auto planned = diamond();
  planned.nodes[3].upstreams[1].upstream = "rigt";
  CHECK(finds_only(planned, "node \"bottom\" has the upstream \"rigt\", which is no node"));
  planned.nodes[3].upstreams[1].upstream = "left";
  CHECK(finds_only(planned, "node \"bottom\" has the upstream \"left\" twice"));
}

TEST_CASE("a node that has itself upstream is found, by whatever way") {
  auto planned = diamond();
  planned.nodes[1].upstreams.push_back({.upstream = "left"});
  CHECK(finds_only(planned, "node \"left\" has itself upstream: left < left;"));
  planned = diamond();
  planned.nodes[1].upstreams.push_back({.upstream = "bottom"});
  CHECK(finds_only(planned, "has itself upstream: "));
  planned = diamond();
  planned.nodes.push_back(relay_node("x", {"z"}));
  planned.nodes.push_back(relay_node("y", {"x"}));
  planned.nodes.push_back(relay_node("z", {"y", "studio"}));
  planned.nodes.push_back(relay_node("below", {"z"}));
  CHECK(finds_only(planned, "node \"x\" has itself upstream: x < z < y < x;"));
}

TEST_CASE("listeners of no node, of no number and with limits that nothing keeps to are found") {
  auto planned = diamond();
  planned.listeners[0].node = "botom";
  CHECK(finds_only(planned, "listener \"ear\" is at \"botom\", which is no node"));
  planned = diamond();
  planned.listeners[0].count = 0;
  CHECK(finds_only(planned, "listener \"ear\" is there 0 times"));
  planned.listeners[0].count = std::numeric_limits<std::size_t>::max();
  CHECK(finds_only(planned, "more than 10000 listeners"));
  planned = diamond();
  planned.listeners[0].expected.most_recovery = 0us;
  CHECK(finds_only(planned, "most_recovery is 0s"));
}

TEST_CASE("faults that befall nothing are found") {
  CHECK(finds_only(with_fault({.kind = fault_kind::kill, .node = "lef"}), "\"lef\" is no node"));
  CHECK(finds_only(with_fault({.kind = fault_kind::partition, .node = "left", .upstream = "right"}),
                   "fault at 0s (partition right > left): \"left\" has no link to \"right\""));
  CHECK(finds_only(with_fault({.kind = fault_kind::kill, .node = "left", .upstream = "studio"}),
                   "it befalls a node, not a link"));
  CHECK(finds_only(with_fault({.kind = fault_kind::kill_actor, .node = "left"}),
                   "it names no actor"));
  CHECK(finds_only(with_fault({.kind = fault_kind::stop, .node = "left", .actor = "source"}),
                   "it befalls no actor"));
  CHECK(finds_only(with_fault({.kind = fault_kind::quality, .node = "left", .upstream = "studio"}),
                   "it changes nothing"));
  CHECK(finds_only(with_fault({.kind = fault_kind::kill, .node = "left", .quality = {.delay = 1s}}),
                   "it has to do with no quality"));
}

TEST_CASE("faults after the end, and those that last no time, are found") {
  CHECK(finds_only(with_fault({.at = 10s, .kind = fault_kind::kill, .node = "left"}),
                   "it is after the run's end, at 10s"));
  CHECK(finds_only(with_fault({.at = 9s, .kind = fault_kind::kill, .node = "left", .lasts = 2s}),
                   "it ends after the run, at 11s"));
  CHECK(finds_only(with_fault({.at = -1ms, .kind = fault_kind::kill, .node = "left"}),
                   "it is before the run"));
  CHECK(finds_only(with_fault({.kind = fault_kind::kill, .node = "left", .lasts = 0ms}),
                   "it lasts no time; let lasts be more than 0"));
  CHECK(finds_only(with_fault({.kind = fault_kind::restart, .node = "left", .lasts = 1s}),
                   "it lasts no time of its own"));
}

TEST_CASE("losses and delays out of range are found") {
  for (const auto loss : {-0.1, 1.1, std::numeric_limits<double>::quiet_NaN()}) {
    auto planned = diamond();
    planned.nodes[1].upstreams[0].quality.loss = loss;
    CAPTURE(loss);
    CHECK(finds_only(planned, "link studio > left: a loss of"));
  }
  auto planned = diamond();
  planned.nodes[1].upstreams[0].quality.delay = -1ms;
  CHECK(finds_only(planned, "link studio > left: a delay of -1ms cannot be"));
}

TEST_CASE("a run of no length and a plan without nodes are found") { CHECK(check({}).size() == 2); }

TEST_CASE("all findings are told at once") {
  auto planned = diamond();
  planned.duration = 0ms;
  planned.nodes[1].upstreams[0].quality.loss = 2;
  planned.listeners[0].node = "nobody";
  CHECK(check(planned).size() == 3);
  CHECK_THROWS_WITH_AS(refuse_if_wrong(planned, "a.toml"),
                       "the topology \"a.toml\" cannot be run:\n"
                       "  the run lasts no time; let duration be more than 0\n"
                       "  link studio > left: a loss of 200 % cannot be; take 0 to 100\n"
                       "  listener \"ear\" is at \"nobody\", which is no node; name one that is "
                       "there",
                       failure);
  CHECK_NOTHROW(refuse_if_wrong(diamond(), "a.toml"));
}

TEST_CASE("the order of nodes is mended, and kept where it is good") {
  auto planned = diamond();
  mend_order(planned);
  CHECK(planned == diamond());
  std::reverse(planned.nodes.begin(), planned.nodes.end());
  mend_order(planned);
  CHECK(planned.nodes[0].name == "studio");
  CHECK(planned.nodes[3].name == "bottom");
}
