#include <string>
#include <string_view>

#include <fmt/format.h>

#include "apps/inspect/report/actor_graph.hpp"

namespace troupe::inspecting {
namespace {

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    // A node may have any name.
    result += c == '\n' ? ' ' : c;
  }
  return result;
}

std::string label_of(const graph_vertex& vertex) {
  std::string text;
  for (const auto& line : vertex.lines) text += (text.empty() ? "" : "\\n") + escaped(line);
  return text;
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

std::string vertex_line(const graph_vertex& vertex, std::size_t number, std::string_view indent) {
  return fmt::format("{}v{} [label=\"{}\"{}];\n", indent, number, label_of(vertex),
                     style_of(vertex.look));
}

std::string cluster_lines(const actor_graph& graph, std::size_t number) {
  const auto& cluster = graph.clusters[number];
  auto text =
      fmt::format("  subgraph cluster_{} {{\n    label=\"{}\";\n", number, escaped(cluster.title));
  for (auto i = cluster.first; i < cluster.first + cluster.count; ++i)
    text += vertex_line(graph.vertices[i], i, "    ");
  return text + "  }\n";
}

std::string edge_line(const graph_edge& edge) {
  const auto label =
      edge.label.empty() ? std::string{} : fmt::format("label=\"{}\", ", escaped(edge.label));
  return fmt::format("  v{} -> v{} [{}{}];\n", edge.from, edge.to, label, style_of(edge.look));
}

}  // namespace

std::string to_dot(const actor_graph& graph) {
  std::string text =
      "digraph troupe {\n  node [shape=box, fontname=\"sans-serif\"];\n"
      "  edge [fontname=\"sans-serif\", fontsize=10];\n";
  std::size_t in_clusters = 0;
  for (std::size_t i = 0; i < graph.clusters.size(); ++i) {
    text += cluster_lines(graph, i);
    in_clusters += graph.clusters[i].count;
  }
  for (auto i = in_clusters; i < graph.vertices.size(); ++i)
    text += vertex_line(graph.vertices[i], i, "  ");
  for (const auto& edge : graph.edges) text += edge_line(edge);
  return text + "}\n";
}

}  // namespace troupe::inspecting
