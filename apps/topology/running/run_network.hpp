#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "apps/topology/plan.hpp"
#include "apps/topology/running/tcp_place.hpp"

namespace troupe::topology {

/// How the nodes and listeners of a run reach each other, and how well. Nodes, and links, are
/// numbered as in the plan.
class run_network {
 public:
  run_network() = default;
  run_network(const run_network&) = delete;
  run_network& operator=(const run_network&) = delete;
  virtual ~run_network() = default;

  /// Where a node serves others.
  [[nodiscard]] virtual tcp_place node_place(std::size_t node) const = 0;
  /// Where a link's lower end finds the upper one.
  [[nodiscard]] virtual tcp_place link_place(std::size_t link) const = 0;
  /// The network namespaces to start programs in; -1: our own.
  [[nodiscard]] virtual int node_namespace(std::size_t node) const = 0;
  [[nodiscard]] virtual int listeners_namespace() const = 0;

  /// Both throw failure.
  virtual void set_quality(std::size_t link, const link_quality& quality) = 0;
  virtual void set_partitioned(std::size_t link, bool partitioned) = 0;
};

/// All on loopback, each link through a proxy: it does delay, bandwidth and partition, and has what
/// gets lost come late. Throws failure.
[[nodiscard]] std::unique_ptr<run_network> make_loopback_network(const plan& planned,
                                                                 std::uint64_t seed);

/// Each node in a network namespace of its own, and all listeners in one more. Packets get lost,
/// and partitions happen, on the bridge between them; delay and bandwidth are a proxy's, for the
/// links that ever have them. Throws failure.
[[nodiscard]] std::unique_ptr<run_network> make_isolated_network(const plan& planned,
                                                                 std::uint64_t seed);

}  // namespace troupe::topology
