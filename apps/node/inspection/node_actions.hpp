#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "apps/node/inspection/inspected_node.hpp"

namespace troupe {

/// What whoever inspects a node can have it do: see protocol/inspection.md. By one thread at a
/// time.
class node_actions {
 public:
  /// `node` outlives this.
  explicit node_actions(const inspected_node& node) : node_(node) {}

  /// Does what `order` says, which `who` asked for, and returns a sentence that says what was done.
  /// Throws failure when that cannot be, or is not understood; nothing has changed then.
  [[nodiscard]] std::string act(const nlohmann::json& order, const std::string& who);

 private:
  [[nodiscard]] std::string restart(const nlohmann::json& order);
  [[nodiscard]] std::string close(const nlohmann::json& order, const std::string& who);
  [[nodiscard]] std::string set_codec(const nlohmann::json& order);
  [[nodiscard]] std::string set_log_level(const nlohmann::json& order);
  [[nodiscard]] std::string pause_adaptation(const nlohmann::json& order);
  [[nodiscard]] std::string inject_fault(const nlohmann::json& order);

  const inspected_node& node_;
};

}  // namespace troupe
