#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "protocol/descriptor.hpp"

namespace troupe::topology {

/// Hosts in network namespaces of their own, joined by a bridge in one more.
///
/// The namespaces have no names: descriptors hold them, and the processes in them. When those end,
/// in whatever way, the kernel takes all down, so that no run can leave anything behind, and two
/// runs at once do not meet.
class network_namespaces {
 public:
  /// Throws failure when they cannot be made.
  explicit network_namespaces(std::size_t hosts);

  /// For setns.
  [[nodiscard]] int host(std::size_t index) const { return hosts_.at(index).get(); }
  /// Where all that goes from host to host passes.
  [[nodiscard]] int bridge() const { return bridge_.get(); }
  /// An IPv4 address, the same in each run.
  [[nodiscard]] static std::string address(std::size_t host);

 private:
  void join_all() const;

  descriptor bridge_;
  std::vector<descriptor> hosts_;
};

}  // namespace troupe::topology
