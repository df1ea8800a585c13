#include <string>
#include <string_view>

#include <fmt/format.h>

#include "apps/inspect/report/actor_graph.hpp"
#include "apps/inspect/report/graph_text.hpp"
#include "apps/inspect/text/printable.hpp"

namespace troupe::inspecting {
namespace {

/// For a label in quotes, which Mermaid takes for HTML.
std::string as_html(std::string_view text) {
  std::string result;
  for (const char c : without_controls(text)) {
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
      default:
        result += c;
    }
  }
  return result;
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

std::string mermaid_vertex(const graph_vertex& vertex, std::size_t number) {
  return fmt::format("v{}[\"{}\"]{}", number, label_text(vertex, "<br/>", as_html),
                     class_of(vertex.look));
}

std::string mermaid_cluster_begin(const graph_cluster& cluster, std::size_t number) {
  return fmt::format("subgraph n{}[\"{}\"]", number, as_html(cluster.title));
}

std::string mermaid_edge(const graph_edge& edge) {
  const auto label =
      edge.label.empty() ? std::string{} : fmt::format("|\"{}\"|", as_html(edge.label));
  return fmt::format("v{} {}{} v{}", edge.from, arrow_of(edge.look), label, edge.to);
}

constexpr graph_language mermaid{.begin =
                                     "flowchart TD\n"
                                     "  classDef watched stroke:orange,stroke-width:2px\n"
                                     "  classDef trouble stroke:red,stroke-width:2px\n"
                                     "  classDef outside stroke-dasharray:3\n",
                                 .vertex = mermaid_vertex,
                                 .cluster_begin = mermaid_cluster_begin,
                                 .cluster_end = "end",
                                 .edge = mermaid_edge,
                                 .end = ""};

}  // namespace

std::string to_mermaid(const actor_graph& graph) { return graph_text(graph, mermaid); }

}  // namespace troupe::inspecting
