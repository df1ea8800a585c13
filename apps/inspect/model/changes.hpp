#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apps/inspect/model/snapshot.hpp"

/// What two snapshots of a node give together. Rates are per second, shares are of 1.
namespace troupe::inspecting {

struct handler_changes {
  std::string message;
  std::string from;
  double per_second = 0;
  double busy_share = 0;             ///< of a core
  std::chrono::nanoseconds mean{0};  ///< of those in the interval; 0 if there were none
};

struct actor_changes {
  std::string name;
  double turns_per_second = 0;
  double messages_per_second = 0;  ///< turns but for wake-ups
  double bytes_per_second = 0;
  double busy_share = 0;                  ///< of a core
  std::chrono::nanoseconds mean_turn{0};  ///< of those in the interval; 0 if there were none
  std::uint64_t failures = 0;
  std::uint64_t restarts = 0;
  std::uint64_t times_stuck = 0;
  std::uint64_t dropped = 0;        ///< from the mailbox
  std::int64_t mailbox_growth = 0;  ///< negative where it shrank
  std::vector<handler_changes> handlers;
};

struct flow_changes {
  std::string from;
  std::string to;
  std::string message;
  double per_second = 0;
};

struct client_changes {
  std::uint64_t client = 0;
  double produced_per_second = 0;
  double delivered_per_second = 0;
  double dropped_per_second = 0;
  double bytes_per_second = 0;
};

struct upstream_changes {
  double received_per_second = 0;
  double missing_per_second = 0;
  double bytes_per_second = 0;
};

struct changes {
  std::chrono::nanoseconds interval{0};
  double cpu_share = 0;  ///< of a core
  double produced_per_second = 0;
  double delivered_per_second = 0;
  double dropped_per_second = 0;
  /// Each list is in the order of the later snapshot's, one for each there.
  std::vector<actor_changes> actors;
  std::vector<flow_changes> flows;
  std::vector<client_changes> clients;
  std::optional<upstream_changes> upstream;  ///< of a node that has one

  /// Nothing if there is none of that name.
  [[nodiscard]] const actor_changes* of_actor(std::string_view name) const;
  [[nodiscard]] const client_changes* of_client(std::uint64_t client) const;
};

/// Whether the node was not started anew between the two.
[[nodiscard]] bool are_of_same_run(const node_facts& one, const node_facts& other);

/// Nothing if they are not one after the other of the same run of a node.
///
/// Clients' counts are as old as their last heartbeat, so their rates are over the time between two
/// of those. Of clients of whom nothing was heard in between, what they did is as `before` has it,
/// the changes that were found last.
[[nodiscard]] std::optional<changes> changes_between(const snapshot& earlier, const snapshot& later,
                                                     const changes* before = nullptr);

/// The same of one actor, with so much time between the two.
[[nodiscard]] actor_changes changes_of_actor(const actor_facts& earlier, const actor_facts& later,
                                             std::chrono::nanoseconds interval);

}  // namespace troupe::inspecting
