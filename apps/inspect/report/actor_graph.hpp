#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "apps/inspect/node_view.hpp"

/// What is drawn of nodes, in whatever language: kinds of actors, who supervises whom, and what
/// flows between them.
namespace troupe::inspecting {

enum class vertex_look : std::uint8_t {
  plain,
  to_be_watched,
  in_trouble,
  outside,  ///< no actor of the node: its clients, say
};

struct graph_vertex {
  std::string kind;
  std::vector<std::string> lines;  ///< of its label
  vertex_look look = vertex_look::plain;
};

enum class edge_look : std::uint8_t {
  supervises,
  flows,
  rests,  ///< something flowed, but not in the last second
  links,  ///< from one node to another
};

/// Ends are the places of vertices in the graph's list.
struct graph_edge {
  std::size_t from = 0;
  std::size_t to = 0;
  std::string label;
  edge_look look = edge_look::flows;
};

/// A node: the vertices from `first` on, `count` of them.
struct graph_cluster {
  std::string title;
  std::size_t first = 0;
  std::size_t count = 0;
};

struct actor_graph {
  std::vector<graph_vertex> vertices;
  std::vector<graph_edge> edges;
  std::vector<graph_cluster> clusters;
};

/// Of those nodes that have answered.
[[nodiscard]] actor_graph graph_of(const std::vector<std::shared_ptr<const node_view>>& nodes);

/// In Graphviz's language.
[[nodiscard]] std::string to_dot(const actor_graph& graph);

/// In Mermaid's.
[[nodiscard]] std::string to_mermaid(const actor_graph& graph);

}  // namespace troupe::inspecting
