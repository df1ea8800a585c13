#include "apps/inspect/report/graph_text.hpp"

#include <fmt/format.h>

namespace troupe::inspecting {
namespace {

std::string cluster_text(const actor_graph& graph, std::size_t number,
                         const graph_language& language) {
  const auto& cluster = graph.clusters[number];
  auto text = fmt::format("  {}\n", language.cluster_begin(cluster, number));
  for (auto i = cluster.first; i < cluster.first + cluster.count; ++i)
    text += fmt::format("    {}\n", language.vertex(graph.vertices[i], i));
  return text + fmt::format("  {}\n", language.cluster_end);
}

}  // namespace

std::string graph_text(const actor_graph& graph, const graph_language& language) {
  std::string text{language.begin};
  std::size_t in_clusters = 0;
  for (std::size_t i = 0; i < graph.clusters.size(); ++i) {
    text += cluster_text(graph, i, language);
    in_clusters += graph.clusters[i].count;
  }
  for (auto i = in_clusters; i < graph.vertices.size(); ++i)
    text += fmt::format("  {}\n", language.vertex(graph.vertices[i], i));
  for (const auto& edge : graph.edges) text += fmt::format("  {}\n", language.edge(edge));
  return text.append(language.end);
}

std::string label_text(const graph_vertex& vertex, std::string_view line_break,
                       std::string (*escape)(std::string_view line)) {
  std::string text;
  for (const auto& line : vertex.lines) {
    if (!text.empty()) text += line_break;
    text += escape(line);
  }
  return text;
}

}  // namespace troupe::inspecting
