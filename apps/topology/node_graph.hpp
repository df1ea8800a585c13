#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "apps/topology/plan.hpp"

namespace troupe::topology {

/// Who is above whom in a plan. Nodes go by their index in it; an upstream that is not there is
/// left out, and of nodes with one name the first counts.
class node_graph {
 public:
  explicit node_graph(const plan& planned);

  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;

  /// The node itself and all that may have their sound by way of it.
  [[nodiscard]] std::vector<bool> at_or_below(std::size_t node) const;

  /// A node that is above itself and the nodes on the way, each an upstream of the one before;
  /// empty where there is none.
  [[nodiscard]] std::vector<std::size_t> loop() const;

  /// An order that has upstreams before their relays, else as it is. Nodes of loops, and those
  /// below them, come last.
  [[nodiscard]] std::vector<std::size_t> order() const;

  /// Links between each node and the source while all have their first choice.
  [[nodiscard]] std::vector<std::size_t> hops() const;

 private:
  std::vector<std::string_view> names_;
  std::vector<std::vector<std::size_t>> upstreams_;
  std::vector<std::vector<std::size_t>> relays_;
};

/// Puts upstreams before their relays, as far as there are no loops.
void mend_order(plan& planned);

}  // namespace troupe::topology
