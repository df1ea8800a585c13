#include "apps/inspect/report/actor_graph.hpp"

#include <algorithm>
#include <memory>
#include <regex>
#include <set>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "tests/unit/inspect/terminal/small_node.hpp"

using namespace troupe;
using namespace troupe::inspecting;
using namespace std::chrono_literals;
using troupe::test::actor_in;
using troupe::test::one_second_later;
using troupe::test::small_node;
using troupe::test::view_of;

namespace {

std::shared_ptr<node_view> well() {
  const auto before = small_node();
  return view_of(before, one_second_later(before));
}

/// The small node, a second ago and now, as `change` has it.
template <class Change>
std::shared_ptr<node_view> changed(Change change) {
  auto before = small_node();
  auto after = one_second_later(before);
  change(before);
  change(after);
  return view_of(before, after);
}

std::shared_ptr<node_view> relay() {
  return changed([](snapshot& now) {
    now.node.name = "relay";
    now.upstream = upstream_facts{.upstream = "studio", .address = "10.0.0.2:4747"};
    now.upstream->frames_received = now.frames.produced;
  });
}

/// A node and a relay of it.
std::vector<std::shared_ptr<const node_view>> two_nodes() {
  return {changed([](snapshot& now) {
            now.node.name = "studio";
            now.node.listen = "troupe://10.0.0.2:4747";
          }),
          relay()};
}

std::string kind_at(const actor_graph& graph, std::size_t place) {
  return graph.vertices.at(place).kind;
}

bool has_edge(const actor_graph& graph, const std::string& from, const std::string& to,
              edge_look look) {
  return std::ranges::any_of(graph.edges, [&](const graph_edge& each) {
    return kind_at(graph, each.from) == from && kind_at(graph, each.to) == to && each.look == look;
  });
}

std::size_t count_of(const std::string& text, const std::string& pattern) {
  const std::regex expression{pattern};
  return static_cast<std::size_t>(std::distance(
      std::sregex_iterator{text.begin(), text.end(), expression}, std::sregex_iterator{}));
}

}  // namespace

TEST_CASE("a graph has each kind of actor once, who supervises it, and what flows with its rate") {
  const auto graph = graph_of({well()});
  std::set<std::string> kinds;
  for (const auto& each : graph.vertices) CHECK(kinds.insert(each.kind).second);
  CHECK(kinds.contains("source"));
  CHECK(kinds.contains("connection"));
  CHECK(has_edge(graph, "supervisor", "source", edge_look::supervises));
  CHECK(has_edge(graph, "connection_supervisor", "connection", edge_look::supervises));
  CHECK(has_edge(graph, "source", "frame_processor", edge_look::flows));
  const auto frames = std::ranges::find_if(graph.edges, [&](const graph_edge& each) {
    return each.look == edge_look::flows && kind_at(graph, each.from) == "source" &&
           each.label.starts_with("frame");
  });
  REQUIRE(frames != graph.edges.end());
  CHECK(frames->label == "frame 50.0/s");
}

TEST_CASE("what did not flow in the last second rests") {
  const auto before = small_node();
  const auto graph = graph_of({view_of(before, before)});
  CHECK(std::ranges::none_of(graph.edges,
                             [](const graph_edge& each) { return each.look == edge_look::flows; }));
}

TEST_CASE("an actor in trouble looks so") {
  const auto before = small_node();
  auto after = one_second_later(before);
  actor_in(after, "source").state = "stuck";
  const auto graph = graph_of({view_of(before, after)});
  const auto source = std::ranges::find(graph.vertices, "source", &graph_vertex::kind);
  REQUIRE(source != graph.vertices.end());
  CHECK(source->look == vertex_look::in_trouble);
  CHECK(std::ranges::find(source->lines, "stuck") != source->lines.end());
}

TEST_CASE("several nodes are clusters, with the link from one to the other") {
  const auto graph = graph_of(two_nodes());
  REQUIRE(graph.clusters.size() == 2);
  CHECK(graph.clusters[0].title == "studio");
  CHECK(graph.clusters[1].title == "relay");
  const auto link = std::ranges::find(graph.edges, edge_look::links, &graph_edge::look);
  REQUIRE(link != graph.edges.end());
  CHECK(link->from < graph.clusters[1].first);
  CHECK(link->to >= graph.clusters[1].first);
  CHECK(link->label == "frame 50.0/s");
}

TEST_CASE("an upstream that is not among the nodes is outside of all") {
  const auto graph = graph_of({relay()});
  const auto link = std::ranges::find(graph.edges, edge_look::links, &graph_edge::look);
  REQUIRE(link != graph.edges.end());
  CHECK(graph.vertices[link->from].look == vertex_look::outside);
  CHECK(link->from >= graph.clusters.back().first + graph.clusters.back().count);
}

TEST_CASE("a node that has not answered is not in the graph") {
  const auto graph = graph_of({std::make_shared<node_view>()});
  CHECK(graph.vertices.empty());
  CHECK(graph.clusters.empty());
}

TEST_CASE("in Graphviz's language each vertex is there once, each edge between two that are") {
  const auto graph = graph_of(two_nodes());
  const auto text = to_dot(graph);
  CHECK(text.starts_with("digraph troupe {\n"));
  CHECK(text.ends_with("}\n"));
  CHECK(count_of(text, "subgraph cluster_") == 2);
  CHECK(count_of(text, R"(\n +v\d+ \[label=)") == graph.vertices.size());
  CHECK(count_of(text, R"(\n  v\d+ -> v\d+ \[)") == graph.edges.size());
  CHECK(std::ranges::count(text, '{') == std::ranges::count(text, '}'));
}

TEST_CASE("in Mermaid's language as well") {
  const auto graph = graph_of(two_nodes());
  const auto text = to_mermaid(graph);
  CHECK(text.starts_with("flowchart TD\n"));
  CHECK(count_of(text, R"(subgraph n\d+\[)") == 2);
  CHECK(count_of(text, R"(\n  end\n)") == 2);
  CHECK(count_of(text, R"(\n +v\d+\[")") == graph.vertices.size());
  CHECK(count_of(text, R"(\n  v\d+ (---|-->|-\.->|==>)(\|"[^"]*"\|)? v\d+)") == graph.edges.size());
}

TEST_CASE("a name with quotes, brackets and line breaks stays a label") {
  const auto view = changed([](snapshot& now) { now.node.name = "a \"b\" ]\n<c> \\"; });
  CHECK(to_dot(graph_of({view})).find("label=\"a \\\"b\\\" ] <c> \\\\\"") != std::string::npos);
  CHECK(to_mermaid(graph_of({view})).find("[\"a #quot;b#quot; ] #lt;c#gt; \\\"]") !=
        std::string::npos);
}

TEST_CASE("a name cannot act on the terminal that a graph is printed to") {
  const auto view = changed([](snapshot& now) {
    now.node.name = "a\x1b[2J\x7f\xc2\x9b";
    actor_in(now, "source").state = "\x1b]0;title\x07";
  });
  for (const auto& text : {to_dot(graph_of({view})), to_mermaid(graph_of({view}))}) {
    CHECK(text.find("a [2J  ") != std::string::npos);
    CHECK(text.find(" ]0;title ") != std::string::npos);
    CHECK(text.find_first_of("\x1b\x07\x7f") == std::string::npos);
  }
}
