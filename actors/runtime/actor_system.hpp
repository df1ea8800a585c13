#pragma once

#include <memory>
#include <optional>

#include <caf/actor_system_config.hpp>

#include "actors/probe/probe_board.hpp"
#include "actors/runtime/realtime.hpp"

namespace troupe::runtime {

/// Messages of its mailbox that an actor acts on before the next one gets its thread.
inline constexpr int mailbox_messages_in_a_row = 4;

/// CAF's configuration with what our actors need under any scheduler.
class actor_system_config : public caf::actor_system_config {
 public:
  actor_system_config();

  /// Where players' probes are, if they are to take their time; null: they do not.
  std::shared_ptr<probe::probe_board> probes;
};

/// The board of a system that was configured to have one; null otherwise.
[[nodiscard]] std::shared_ptr<probe::probe_board> probes_of(caf::actor_system& system);

/// The configuration of a node: its scheduler is the reactor.
class node_system_config : public actor_system_config {
 public:
  node_system_config();

  std::optional<realtime_settings> realtime;  ///< of the reactor's threads, if they are to
};

}  // namespace troupe::runtime
