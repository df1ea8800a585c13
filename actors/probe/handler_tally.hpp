#pragma once

#include <cstdint>
#include <vector>

#include "actors/probe/duration_tally.hpp"
#include "actors/probe/message_kind.hpp"

namespace troupe::probe {

/// A kind of actors, such as all connections, as a probe_board numbers them.
enum class actor_kind : std::uint16_t {
  nobody,      ///< a timer, or the kernel
  node,        ///< the process itself, and what is no player
  other_node,  ///< somebody there
};

/// What actors did with messages of one kind from one kind of actors.
struct handler_tally {
  message_kind message;
  actor_kind from = actor_kind::nobody;
  duration_tally busy;  ///< with each of them
  duration_tally wait;  ///< from its sending to its turn, of those that were timed
};

/// Adds up what is of the same messages, from the same kind of actors.
void add_up(std::vector<handler_tally>& sum, const std::vector<handler_tally>& more);

/// The one for these messages, which is made where it is not there.
[[nodiscard]] handler_tally& tally_of(std::vector<handler_tally>& tallies, message_kind message,
                                      actor_kind from);

}  // namespace troupe::probe
