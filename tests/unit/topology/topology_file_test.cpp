#include "apps/topology/topology_file.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "apps/topology/random_faults.hpp"
#include "apps/topology/random_topology.hpp"
#include "apps/topology/topology_check.hpp"
#include "apps/topology/topology_writer.hpp"
#include "protocol/failure.hpp"
#include "tests/unit/topology/small_plan.hpp"

using namespace troupe;
using namespace troupe::topology;
using namespace std::chrono_literals;

namespace {

plan parse(const std::string& text) { return parse_topology(text, "some/where.toml"); }

std::string refusal_of(const std::string& text) {
  try {
    static_cast<void>(parse(text));
  } catch (const failure& refused) {
    CHECK(refused.kind() == failure_kind::bad_config);
    return refused.what();
  }
  FAIL("it was not refused: ", text);
  return {};
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// A relay, to which more is added at the end.
std::string two_nodes_and(const std::string& more) {
  std::string text = R"(
duration = "10s"
[[node]]
name = "studio"
source = "tone:440"
[[node]]
name = "relay"
upstreams = ["studio"]
)";
  return text.append(more);
}

}  // namespace

TEST_CASE("a topology says what runs, how links are, who listens and what goes wrong") {
  const auto read = parse(R"(
name = "two"
duration = "20s"
[[node]]
name = "studio"
source = "tone:440"
options = ["--always-encode"]
[[node]]
name = "relay"
upstreams = ["studio"]
[[link]]
node = "relay"
upstream = "studio"
delay = "20ms"
loss_percent = 1.5
bits_per_second = 1_000_000
[[listener]]
name = "ear"
node = "relay"
count = 3
by = "link"
[[fault]]
at = "5s"
kind = "quality"
node = "relay"
upstream = "studio"
lasts = "500ms"
delay = "1s"
[[fault]]
at = "0s"
kind = "kill_actor"
node = "studio"
actor = "source"
)");
  CHECK(read.name == "two");
  CHECK(read.duration == 20s);
  REQUIRE(read.nodes.size() == 2);
  CHECK(read.nodes[0].source == "tone:440");
  CHECK(read.nodes[0].options == std::vector<std::string>{"--always-encode"});
  CHECK(read.nodes[1].upstreams ==
        std::vector<planned_link>{
            {.upstream = "studio",
             .quality = {.delay = 20ms, .loss = 0.015, .bits_per_second = 1'000'000}}});
  CHECK(read.listeners == std::vector<planned_listener>{
                              {.name = "ear", .node = "relay", .count = 3, .over_link = true}});
  CHECK(read.faults ==
        std::vector<planned_fault>{
            {.at = 0ms, .kind = fault_kind::kill_actor, .node = "studio", .actor = "source"},
            {.at = 5s,
             .kind = fault_kind::quality,
             .node = "relay",
             .upstream = "studio",
             .lasts = 500ms,
             .quality = {.delay = 1s}}});
  CHECK(check(read).empty());
}

TEST_CASE("a topology without a name is called as its file, a listener as its node") {
  const auto read = parse(two_nodes_and("[[listener]]\nnode = \"relay\"\n"));
  CHECK(read.name == "where");
  CHECK(read.listeners.at(0).name == "at-relay");
  CHECK(read.listeners.at(0).count == 1);
  CHECK_FALSE(read.listeners.at(0).over_link);
}

TEST_CASE("what is expected of all holds for each that says nothing else") {
  const auto read = parse(two_nodes_and(R"(
expect = { most_memory_kib = 5, most_actor_restarts = "any" }
[expect]
most_gaps = 1
most_recovery = "2s"
most_latency_p50 = "250us"
most_memory_kib = 100
most_actor_restarts = 3
[[listener]]
name = "one"
node = "relay"
[[listener]]
name = "other"
node = "relay"
expect = { most_gaps = "any", most_recovery = "3s", hears_at_the_end = false }
)"));
  const auto& one = read.listeners.at(0).expected;
  CHECK(one ==
        listener_expectations{.most_gaps = 1, .most_latency_p50 = 250us, .most_recovery = 2s});
  const auto& other = read.listeners.at(1).expected;
  CHECK(other == listener_expectations{
                     .most_latency_p50 = 250us, .most_recovery = 3s, .hears_at_the_end = false});
  CHECK(read.nodes.at(0).expected ==
        node_expectations{.most_memory_kib = 100, .most_actor_restarts = 3});
  CHECK(read.nodes.at(1).expected == node_expectations{.most_memory_kib = 5});
}

TEST_CASE("a tree, a chain and a star stand for their relays and listeners") {
  const auto read = parse(R"(
duration = "10s"
[expect]
most_gaps = 7
[[tree]]
root = "top"
source = "silence:"
depth = 2
fan_out = 2
listeners_per_leaf = 10
delay = "5ms"
[[chain]]
root = "top"
name = "line"
length = 2
listeners_per_node = 1
by = "link"
[[star]]
root = "top-1"
name = "ray"
leaves = 2
options = ["--adapt=off"]
)");
  CHECK(check(read) == std::vector<std::string>{});
  std::vector<std::string> names;
  for (const auto& node : read.nodes) names.push_back(node.name);
  CHECK(names == std::vector<std::string>{"top", "top-1", "top-2", "top-1-1", "top-1-2", "top-2-1",
                                          "top-2-2", "line-1", "line-2", "ray-1", "ray-2"});
  CHECK(read.nodes[0].source == "silence:");
  CHECK(read.nodes[6].upstreams ==
        std::vector<planned_link>{{.upstream = "top-2", .quality = {.delay = 5ms}}});
  CHECK(read.nodes[8].upstreams == std::vector<planned_link>{{.upstream = "line-1"}});
  CHECK(read.nodes[10].upstreams == std::vector<planned_link>{{.upstream = "top-1"}});
  CHECK(read.nodes[10].options == std::vector<std::string>{"--adapt=off"});
  REQUIRE(read.listeners.size() == 6);
  CHECK(read.listeners[3] ==
        planned_listener{
            .name = "at-top-2-2", .node = "top-2-2", .count = 10, .expected = {.most_gaps = 7}});
  CHECK(read.listeners[5].node == "line-2");
  CHECK(read.listeners[5].over_link);
}

TEST_CASE("a table for links counts for those it names, and a later one goes before it") {
  const auto read = parse(R"(
duration = "10s"
[[node]]
name = "studio"
source = "tone:440"
[[node]]
name = "a"
upstreams = ["studio"]
[[node]]
name = "b"
upstreams = ["a", "studio"]
[[link]]
delay = "1ms"
[[link]]
node = "b"
loss_percent = 2
[[link]]
upstream = "studio"
delay = "9ms"
)");
  CHECK(read.nodes[1].upstreams[0].quality == link_quality{.delay = 9ms});
  CHECK(read.nodes[2].upstreams[0].quality == link_quality{.delay = 1ms, .loss = 0.02});
  CHECK(read.nodes[2].upstreams[1].quality == link_quality{.delay = 9ms, .loss = 0.02});
}

TEST_CASE("nodes are brought into an order that has upstreams first, faults into that of time") {
  const auto read = parse(R"(
duration = "10s"
[[node]]
name = "bottom"
upstreams = ["middle"]
[[node]]
name = "middle"
upstreams = ["studio"]
[[node]]
name = "studio"
source = "tone:440"
[[fault]]
at = "4s"
every = "2s"
times = 2
kind = "restart"
node = "middle"
[[fault]]
at = "5s"
kind = "stop"
node = "middle"
lasts = "1s"
)");
  CHECK(read.nodes[0].name == "studio");
  CHECK(read.nodes[1].name == "middle");
  CHECK(read.nodes[2].name == "bottom");
  REQUIRE(read.faults.size() == 3);
  CHECK(read.faults[0].at == 4s);
  CHECK(read.faults[1].kind == fault_kind::stop);
  CHECK(read.faults[2].at == 6s);
  CHECK(check(read).empty());
}

TEST_CASE("what a file cannot say is refused with the file, the line and what to do") {
  CHECK(refusal_of("duration = \"10s\"\n[[node]]\nname = \"a\"\nsorce = \"tone:440\"\n") ==
        "the topology \"some/where.toml\", line 4: [[node]] has no key \"sorce\"; it takes name, "
        "source, upstreams, options, expect");
  CHECK(refusal_of("duration = \"soon\"\n") ==
        "the topology \"some/where.toml\", line 1: the file: duration \"soon\" is no duration; "
        "write a number over 0 with us, ms, s, m or h, such as 15s or 500ms (a number alone is "
        "seconds)");
  CHECK(contains(refusal_of("[[node]]\nname = \"a\"\n"), "the file has no duration"));
  CHECK(contains(refusal_of("duration = 10\n"), "duration is a time; write it as a text"));
  CHECK(contains(refusal_of("duration = \"100us\"\n"), "finer than a millisecond"));
  CHECK(contains(refusal_of("duration = \"1s\"\n[[nodes]]\nname = \"a\"\n"),
                 "line 2: the file has no key \"nodes\""));
  CHECK(contains(refusal_of("duration = \"1s\"\n[node]\nname = \"a\"\n"), "as [[node]]"));
  CHECK(contains(refusal_of("duration = \"1s\"\n[[node]]\nsource = \"tone:440\"\n"),
                 "line 2: [[node]] has no name"));
  CHECK(contains(refusal_of("duration = \"1s\"\n[expect]\nmost_gaps = -1\n"),
                 "line 3: [expect]: most_gaps is a whole number"));
  CHECK(contains(refusal_of("duration = \"1s\"\n[expect]\nmost_gap = 1\n"),
                 "[expect] has no key \"most_gap\""));
  CHECK(contains(refusal_of("duration = "), "is not TOML"));
}

TEST_CASE("what is wrong about links, listeners, shapes and faults of a file is told") {
  CHECK(contains(refusal_of(two_nodes_and("[[link]]\nnode = \"studio\"\nupstream = \"relay\"\n")),
                 "line 9: [[link]] is about no link: there is none of node \"studio\" to upstream "
                 "\"relay\""));
  CHECK(contains(refusal_of(two_nodes_and("[[listener]]\nnode = \"relay\"\nby = \"wire\"\n")),
                 "by is \"socket\" or \"link\", not \"wire\""));
  CHECK(contains(
      refusal_of(two_nodes_and("[[fault]]\nat = \"1s\"\nnode = \"relay\"\nkind = \"hang\"\n")),
      "kind is one of kill, stop, restart, kill_actor, partition, quality, not "
      "\"hang\""));
  CHECK(contains(refusal_of(two_nodes_and("[[fault]]\nkind = \"kill\"\nnode = \"relay\"\n")),
                 "[[fault]] has no at"));
  CHECK(contains(
      refusal_of(two_nodes_and("[[fault]]\nat = \"1s\"\nkind = \"kill\"\nnode = \"relay\"\n"
                               "times = 2\n")),
      "only one of every and times"));
  CHECK(contains(refusal_of(two_nodes_and("[[tree]]\nroot = \"relay\"\ndepth = 9\nfan_out = 9\n")),
                 "more than 1000 nodes"));
  CHECK(contains(refusal_of(two_nodes_and("[[star]]\nroot = \"relay\"\n")),
                 "[[star]] has no leaves"));
}

TEST_CASE("a file that is absent or a directory is refused") {
  CHECK_THROWS_WITH_AS(static_cast<void>(read_topology("/nowhere/a.toml")),
                       "the topology \"/nowhere/a.toml\" cannot be read: No such file or "
                       "directory; check its path",
                       failure);
  CHECK_THROWS_WITH_AS(static_cast<void>(read_topology("/")),
                       "the topology \"/\" is a directory; name a file", failure);
}

TEST_CASE("whatever is written reads as the same plan") {
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    auto written = random_topology(seed);
    add_random_faults(written, 5, seed);
    const auto text = write_topology(written);
    INFO(text);
    REQUIRE(parse(text) == written);
  }
}

TEST_CASE("expectations that differ, odd numbers and odd texts are written as they are") {
  auto written = test::diamond();
  written.name = "with \"quotes\", \\ and\na line's end";
  written.nodes[1].expected.most_actor_restarts = 2;
  written.nodes[3].upstreams[1].quality = {.delay = 1234ms, .loss = 0.07, .bits_per_second = 1};
  written.listeners.push_back({.name = "deaf",
                               .node = "left",
                               .count = 2,
                               .over_link = true,
                               .expected = {.most_missing_frames = 0,
                                            .most_gaps = 1,
                                            .most_latency_p50 = 1us,
                                            .most_latency_p99 = 90s,
                                            .most_recovery = 1500ms,
                                            .hears_at_the_end = false}});
  const auto text = write_topology(written);
  INFO(text);
  const auto read = parse(text);
  CHECK(read.name == written.name);
  CHECK(read.nodes == written.nodes);
  CHECK(read.listeners == written.listeners);
  CHECK(read == written);
}

TEST_CASE("the topologies that come with the program are as they should be") {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator{TROUPE_TOPOLOGIES}) {
    INFO(entry.path().string());
    const auto read = read_topology(entry.path());
    CHECK(check(read) == std::vector<std::string>{});
    CHECK(read.name == entry.path().stem().string());
    CHECK(read.duration >= 15s);
    CHECK(read.duration <= 30s);
    CHECK_FALSE(read.listeners.empty());
    ++count;
  }
  CHECK(count == 7);
}

TEST_CASE("tree-of-27 has ten listeners at each of its leaves") {
  const auto read = read_topology(std::filesystem::path{TROUPE_TOPOLOGIES} / "tree-of-27.toml");
  CHECK(read.nodes.size() == 1 + 3 + 9 + 27);
  CHECK(listeners_in(read) == 270);
}
