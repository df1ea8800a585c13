#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "protocol/clock.hpp"

namespace troupe::listening {

/// A frame as it came from the node.
struct arrived_frame {
  std::span<const std::byte> packet;
  /// When its first sample was captured, from 1970 to 2116.
  unix_time captured;
  /// How much sound it holds, or is held to: more than 0.
  std::chrono::nanoseconds duration;
  steady_time received;
};

/// What is missing before a frame.
struct gap {
  std::uint64_t frames = 0;
  std::chrono::nanoseconds frame_duration{0};
};

/// Tells from the frames' times where frames are missing.
///
/// Some nodes stamp a frame when they write it, not when it was captured. Where such a node was
/// held up, a frame looks late and those behind it, written in one go, look early: nothing is
/// missing. So a frame after a gap is kept until the next one has come and tells which of both it
/// is, or some more where the next ones are out of step, too.
class gap_finder {
 public:
  /// Called for each frame, in order, with what is missing before it.
  using sink = std::function<void(const arrived_frame&, const gap&)>;

  explicit gap_finder(sink on_frame) : on_frame_(std::move(on_frame)) {}

  void arrive(const arrived_frame& frame);

  /// Passes on what is kept: no more frames will come for now.
  void release();

 private:
  struct kept_frame {
    std::vector<std::byte> packet;
    arrived_frame frame;
  };
  /// When the frame that came last was captured, and how long it is.
  struct place {
    unix_time captured;
    std::chrono::nanoseconds duration;
  };

  void suspect_gap(const arrived_frame& frame, std::chrono::nanoseconds surplus);
  void keep(const arrived_frame& frame);
  [[nodiscard]] bool is_decided(std::chrono::nanoseconds surplus,
                                std::chrono::nanoseconds frame_duration) const;

  sink on_frame_;
  std::optional<place> last_;
  std::vector<kept_frame> kept_;
  /// By how much the latest kept frame is later than frames without a gap would be, and the least
  /// of this for all kept frames: so much is really missing.
  std::chrono::nanoseconds surplus_{0};
  std::chrono::nanoseconds least_surplus_{0};
  std::chrono::nanoseconds missing_duration_{0};
};

}  // namespace troupe::listening
