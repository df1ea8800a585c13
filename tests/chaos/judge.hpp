#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/chaos/observation.hpp"

namespace troupe::chaos {

/// What came of a fault until the next one, for the worst-off of the listeners whose own connection
/// was not hit.
struct fault_effect {
  std::uint64_t missed_frames = 0;
  std::optional<std::chrono::nanoseconds> next_frame;  ///< nothing when none came any more
  /// The machine stood still at that time: frames may be missing for that reason.
  bool is_disturbed = false;
};

struct judgement {
  std::vector<fault_effect> effects;  ///< one for each fault
  std::uint64_t frames_heard = 0;
  std::uint64_t missed_before_faults = 0;
  std::vector<std::chrono::nanoseconds> returns;  ///< of listeners whose connection was ended
  std::chrono::nanoseconds longest_stall{};
  std::vector<std::string> violations;
};

/// The most frames that a listener may miss by a fault, if its own connection is not hit.
[[nodiscard]] std::uint64_t allowed_misses(const fault& what);

/// Faults at least so far apart are over, hangs included, when the next one comes. Where they are
/// closer it is not clear which one a frame was missed by, so misses are not judged.
inline constexpr std::chrono::milliseconds distinct_interval{200};

[[nodiscard]] judgement judge(const observation& seen, std::chrono::nanoseconds interval);

}  // namespace troupe::chaos
