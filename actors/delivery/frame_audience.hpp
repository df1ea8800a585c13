#pragma once

#include <mutex>
#include <optional>
#include <vector>

#include "protocol/type_ids.hpp"

namespace troupe::delivery {

/// Who listens, and the counts of the frames for them. It outlives the frame processor, and may be
/// used by two of them while one is stuck: its lock costs some 20 ns a frame where nobody contends.
class frame_audience {
 public:
  /// `format` is what the first frame is to have.
  explicit frame_audience(const stream_format& format) : format_(format) {}

  /// Takes a frame in and has `hand_over` called with each connection; not for one that is no newer
  /// than another before it, which came late.
  template <class HandOver>
  void hand_out(const frame_info& frame, HandOver&& hand_over) {
    const std::lock_guard lock{mutex_};
    if (!take_in(frame)) return;
    for (const auto& connection : connections_) hand_over(connection);
  }

  /// Counts a frame that is not fit to go out. Returns how many there were.
  std::uint64_t refuse();

  /// Returns false when it had joined before.
  bool join(const connection_actor& connection);
  void leave(caf::actor_id connection);

  [[nodiscard]] std::vector<connection_actor> connections() const;
  [[nodiscard]] stream_format format() const;  ///< of the last frame
  [[nodiscard]] processor_report report() const;

 private:
  [[nodiscard]] bool take_in(const frame_info& frame);
  [[nodiscard]] std::vector<connection_actor>::iterator find(caf::actor_id connection);

  mutable std::mutex mutex_;
  std::vector<connection_actor> connections_;
  processor_report counters_;
  stream_format format_;
  std::optional<frame_sequence> last_sequence_;
};

}  // namespace troupe::delivery
