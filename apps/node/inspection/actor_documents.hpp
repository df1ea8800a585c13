#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "actors/probe/actor_probe.hpp"
#include "apps/node/inspection/inspected_node.hpp"
#include "protocol/messages.hpp"

namespace troupe {

/// What a node's actors are and do at one moment, as protocol/inspection.md has it.
class actor_documents {
 public:
  /// Reads it. `node` and the `clients` of that moment outlive this.
  actor_documents(const inspected_node& node, const clients_report& clients);

  /// All actors of the tree in the order of their start, all connections together, and each
  /// connection, with its handlers only if `with_all_handlers`.
  [[nodiscard]] nlohmann::json all(bool with_all_handlers) const;
  /// One with its handlers; null if there is no such actor.
  [[nodiscard]] nlohmann::json one(const std::string& name) const;
  /// Who sends how much to whom, by kinds of actors; frames too.
  [[nodiscard]] nlohmann::json flows() const;

 private:
  using handler_tallies = std::vector<probe::handler_tally>;

  [[nodiscard]] const handler_tallies& handlers_of(const std::string& kind) const;
  [[nodiscard]] nlohmann::json handlers_document(const handler_tallies& handlers) const;
  [[nodiscard]] nlohmann::json in_hand(const probe::actor_probe& probe) const;
  [[nodiscard]] nlohmann::json role(const child_status& child) const;
  [[nodiscard]] nlohmann::json all_connections() const;
  [[nodiscard]] nlohmann::json connection(const probe::actor_probe& probe,
                                          bool with_handlers) const;
  void add_message_flows(nlohmann::json& flows, const std::string& to) const;
  void add_frame_flows(nlohmann::json& flows) const;

  const inspected_node& node_;
  const clients_report& clients_;
  std::vector<child_status> children_;  ///< all of the root, the root first
  child_status connections_;            ///< all together
  std::vector<std::shared_ptr<const probe::actor_probe>> connection_probes_;
  std::map<std::string, handler_tallies> handlers_;  ///< by kind
};

}  // namespace troupe
