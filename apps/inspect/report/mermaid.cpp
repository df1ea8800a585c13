#include <string>
#include <string_view>

#include <fmt/format.h>

#include "apps/inspect/report/actor_graph.hpp"

namespace troupe::inspecting {
namespace {

/// For a label in quotes, which Mermaid takes for HTML.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '"':
        result += "#quot;";
        break;
      case '<':
        result += "#lt;";
        break;
      case '>':
        result += "#gt;";
        break;
      case '&':
        result += "#amp;";
        break;
      case '#':
        result += "#35;";
        break;
      case '\n':
        result += ' ';
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string label_of(const graph_vertex& vertex) {
  std::string text;
  for (const auto& line : vertex.lines) text += (text.empty() ? "" : "<br/>") + escaped(line);
  return text;
}

std::string_view class_of(vertex_look look) {
  switch (look) {
    case vertex_look::plain:
      return "";
    case vertex_look::to_be_watched:
      return ":::watched";
    case vertex_look::in_trouble:
      return ":::trouble";
    case vertex_look::outside:
      return ":::outside";
  }
  return "";
}

std::string_view arrow_of(edge_look look) {
  switch (look) {
    case edge_look::supervises:
      return "---";
    case edge_look::flows:
      return "-->";
    case edge_look::rests:
      return "-.->";
    case edge_look::links:
      return "==>";
  }
  return "-->";
}

std::string vertex_line(const graph_vertex& vertex, std::size_t number, std::string_view indent) {
  return fmt::format("{}v{}[\"{}\"]{}\n", indent, number, label_of(vertex), class_of(vertex.look));
}

std::string cluster_lines(const actor_graph& graph, std::size_t number) {
  const auto& cluster = graph.clusters[number];
  auto text = fmt::format("  subgraph n{}[\"{}\"]\n", number, escaped(cluster.title));
  for (auto i = cluster.first; i < cluster.first + cluster.count; ++i)
    text += vertex_line(graph.vertices[i], i, "    ");
  return text + "  end\n";
}

std::string edge_line(const graph_edge& edge) {
  const auto label =
      edge.label.empty() ? std::string{} : fmt::format("|\"{}\"|", escaped(edge.label));
  return fmt::format("  v{} {}{} v{}\n", edge.from, arrow_of(edge.look), label, edge.to);
}

}  // namespace

std::string to_mermaid(const actor_graph& graph) {
  std::string text =
      "flowchart TD\n  classDef watched stroke:orange,stroke-width:2px\n"
      "  classDef trouble stroke:red,stroke-width:2px\n"
      "  classDef outside stroke-dasharray:3\n";
  std::size_t in_clusters = 0;
  for (std::size_t i = 0; i < graph.clusters.size(); ++i) {
    text += cluster_lines(graph, i);
    in_clusters += graph.clusters[i].count;
  }
  for (auto i = in_clusters; i < graph.vertices.size(); ++i)
    text += vertex_line(graph.vertices[i], i, "  ");
  for (const auto& edge : graph.edges) text += edge_line(edge);
  return text;
}

}  // namespace troupe::inspecting
