#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "apps/inspect/model/changes.hpp"
#include "apps/inspect/model/snapshot.hpp"

namespace troupe::inspecting {

/// What is wrong with an actor.
struct actor_trouble {
  bool is_stuck = false;
  bool waits_for_restart = false;
  bool was_just_restarted = false;
  bool is_long_at_a_message = false;
  bool is_slow = false;  ///< its turns were long on average since the last look
  /// Of a source: they were long for what it encodes, though there was time for its frames.
  bool is_slow_beside_encoding = false;
  bool is_busy = false;  ///< it takes most of a core
  bool has_growing_mailbox = false;

  /// Sound is missing or may be soon, or was just now.
  [[nodiscard]] bool hurts() const {
    return is_stuck || waits_for_restart || was_just_restarted || is_long_at_a_message || is_slow;
  }
  [[nodiscard]] bool is_to_be_watched() const {
    return is_slow_beside_encoding || is_busy || has_growing_mailbox;
  }
};

inline constexpr std::chrono::seconds just_now{10};
inline constexpr std::chrono::milliseconds longest_usual_turn{100};
inline constexpr std::chrono::milliseconds longest_usual_mean_turn{1};
/// Of what a frame lasts, on average: the source encodes, and so much the optimiser lets it take.
inline constexpr double greatest_usual_share_of_frame = 0.6;
inline constexpr double greatest_usual_busy_share = 0.8;
/// A mailbox with fewer messages is not worth a word: the next turn may take them all.
inline constexpr std::uint64_t least_mailbox_to_watch = 10;

/// `lately` may be null: then only what shows at one look is seen. `node` is what the actor's node
/// said at that look.
[[nodiscard]] actor_trouble trouble_of(const actor_facts& actor, const actor_changes* lately,
                                       const snapshot& node);

enum class severity : std::uint8_t { warning, alarm };

/// Something that stands out, in words.
struct finding {
  severity how_bad = severity::warning;
  std::string subject;  ///< what it is about: an actor's name, "client 7", or empty: the node
  std::string text;     ///< a sentence without its full stop, as in "source is stuck: …"
};

/// What stands out in a node, the worst first; nothing where all is well. `lately` may be null.
[[nodiscard]] std::vector<finding> findings_in(const snapshot& now, const changes* lately);

}  // namespace troupe::inspecting
