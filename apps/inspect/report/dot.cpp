#include <string>
#include <string_view>

#include <fmt/format.h>

#include "apps/inspect/report/actor_graph.hpp"
#include "apps/inspect/report/graph_text.hpp"
#include "apps/inspect/text/printable.hpp"

namespace troupe::inspecting {
namespace {

std::string in_quotes(std::string_view text) {
  std::string result;
  // A node may have any name.
  for (const char c : without_controls(text)) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

std::string_view style_of(vertex_look look) {
  switch (look) {
    case vertex_look::plain:
      return "";
    case vertex_look::to_be_watched:
      return ", color=orange, penwidth=2";
    case vertex_look::in_trouble:
      return ", color=red, penwidth=2";
    case vertex_look::outside:
      return ", shape=ellipse, style=dotted";
  }
  return "";
}

std::string_view style_of(edge_look look) {
  switch (look) {
    case edge_look::supervises:
      return "style=dashed, color=gray, arrowhead=none";
    case edge_look::flows:
      return "penwidth=1.5, constraint=false";
    case edge_look::rests:
      return "color=gray, fontcolor=gray, constraint=false";
    case edge_look::links:
      return "style=bold";
  }
  return "";
}

std::string dot_vertex(const graph_vertex& vertex, std::size_t number) {
  return fmt::format("v{} [label=\"{}\"{}];", number, label_text(vertex, "\\n", in_quotes),
                     style_of(vertex.look));
}

std::string dot_cluster_begin(const graph_cluster& cluster, std::size_t number) {
  return fmt::format("subgraph cluster_{} {{ label=\"{}\";", number, in_quotes(cluster.title));
}

std::string dot_edge(const graph_edge& edge) {
  const auto label =
      edge.label.empty() ? std::string{} : fmt::format("label=\"{}\", ", in_quotes(edge.label));
  return fmt::format("v{} -> v{} [{}{}];", edge.from, edge.to, label, style_of(edge.look));
}

constexpr graph_language dot{.begin =
                                 "digraph troupe {\n  node [shape=box, fontname=\"sans-serif\"];\n"
                                 "  edge [fontname=\"sans-serif\", fontsize=10];\n",
                             .vertex = dot_vertex,
                             .cluster_begin = dot_cluster_begin,
                             .cluster_end = "}",
                             .edge = dot_edge,
                             .end = "}\n"};

}  // namespace

std::string to_dot(const actor_graph& graph) { return graph_text(graph, dot); }

}  // namespace troupe::inspecting
