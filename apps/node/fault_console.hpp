#pragma once

#include <string>
#include <string_view>

#include <caf/fwd.hpp>

#include "apps/node/node_tree.hpp"

namespace troupe {

/// Takes orders for faults, a line each, and answers each with a line: "ok", or "error: " and why.
/// By one thread at a time.
class fault_console {
 public:
  /// Both outlive this.
  fault_console(node_tree& tree, caf::actor_system& system) : tree_(tree), system_(system) {}

  /// Does what a line says and returns the answer to it.
  std::string obey(std::string_view line);

 private:
  [[nodiscard]] std::string status() const;
  [[nodiscard]] std::string unknown_target(const std::string& target) const;

  node_tree& tree_;
  caf::actor_system& system_;
};

}  // namespace troupe
