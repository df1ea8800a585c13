#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include <caf/actor_control_block.hpp>
#include <caf/fwd.hpp>

#include "actors/supervision/backoff.hpp"

namespace troupe::supervision {

/// Whether a child that ended comes back.
enum class restart_kind : std::uint8_t {
  permanent,  ///< always
  transient,  ///< if it failed, and not if it ended normally
  temporary,  ///< never; its end is not held against it
};

/// All that a supervisor needs to know of a child.
struct child_specification {
  /// No limit for a time below.
  static constexpr std::chrono::nanoseconds unlimited = std::chrono::nanoseconds::max();

  std::string name;
  /// The address that others use; the child plays this role. May be null.
  caf::strong_actor_ptr role = {};
  /// Makes the child; called again for each restart. What is to outlive a failure belongs to this
  /// function and is lent to the child. An exception counts as a failure of the child.
  std::function<caf::strong_actor_ptr(caf::actor_system&)> make = {};
  restart_kind restart = restart_kind::permanent;
  /// Its normal end may end the supervisor: see auto_shutdown.
  bool significant = false;
  backoff_policy backoff = {};
  /// How long the child may take from being made to answering its first message, before it counts
  /// as stuck.
  std::chrono::nanoseconds start_limit = std::chrono::seconds{5};
  /// How long the child may take to end when asked to, before it is killed.
  std::chrono::nanoseconds shutdown_grace = std::chrono::seconds{1};
  /// How long the child may take for one message before it counts as stuck.
  std::chrono::nanoseconds turn_limit = unlimited;
  /// Whether a fresh one may play its role while one that is stuck, or does not end, is still
  /// there: true only if what outlives a failure may be used by both at once.
  bool replaceable_when_stuck = false;
};

}  // namespace troupe::supervision
