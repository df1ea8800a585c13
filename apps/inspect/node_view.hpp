#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "apps/inspect/model/changes.hpp"
#include "apps/inspect/model/event.hpp"
#include "apps/inspect/model/snapshot.hpp"
#include "apps/inspect/target.hpp"
#include "protocol/clock.hpp"
#include "protocol/failure.hpp"

namespace troupe::inspecting {

/// A snapshot, as it was read and as it came.
struct reading {
  snapshot parsed;
  nlohmann::json document;
};

enum class presence : std::uint8_t { awaited, present, away };

/// All that is known of a node at one moment. It does not change: the next moment has another.
struct node_view {
  /// The most events that are kept.
  static constexpr std::size_t most_events = 1000;

  target node;
  presence state = presence::awaited;
  unix_time since;                 ///< since when it is in that state, by this machine's clock
  std::optional<failure> trouble;  ///< why it is away
  std::shared_ptr<const reading> latest;    ///< of a node that is away the last one; or nothing
  std::shared_ptr<const reading> previous;  ///< about a second before the latest; or nothing
  std::optional<changes> between;           ///< what the two give together
  std::shared_ptr<const std::vector<event>> events;  ///< the last ones, the oldest first
  /// How many events were seen in all. The last in `events` is the one of this number, whatever
  /// number the node gave it: a node that starts anew counts anew.
  std::uint64_t events_seen = 0;

  /// What people call it: its own name, or how it is reached while that is not known.
  [[nodiscard]] std::string name() const;
};

/// What people call each of several nodes; where two have one name, how they are reached is added.
[[nodiscard]] std::vector<std::string> names_of(
    const std::vector<std::shared_ptr<const node_view>>& nodes);

/// Those of the view's events that came after `seen` in all.
[[nodiscard]] std::vector<event> events_after(const node_view& view, std::uint64_t seen);

}  // namespace troupe::inspecting
