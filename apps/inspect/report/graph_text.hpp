#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "apps/inspect/report/actor_graph.hpp"

namespace troupe::inspecting {

/// How a language for graphs says what one has. Vertices and clusters go by their place in the
/// graph's lists.
struct graph_language {
  std::string_view begin;
  std::string (*vertex)(const graph_vertex& vertex, std::size_t number) = nullptr;
  std::string (*cluster_begin)(const graph_cluster& cluster, std::size_t number) = nullptr;
  std::string_view cluster_end;
  std::string (*edge)(const graph_edge& edge) = nullptr;
  std::string_view end;
};

/// The whole graph, a line for each thing.
[[nodiscard]] std::string graph_text(const actor_graph& graph, const graph_language& language);

/// The lines of a label in one, each after `escape`.
[[nodiscard]] std::string label_text(const graph_vertex& vertex, std::string_view line_break,
                                     std::string (*escape)(std::string_view line));

}  // namespace troupe::inspecting
