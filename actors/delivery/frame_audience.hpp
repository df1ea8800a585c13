#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "protocol/frame_backlog.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::delivery {

/// Who listens, and the counts of the frames for them. It outlives the frame processor, and may be
/// used by two of them while one is stuck: its lock costs some 20 ns a frame where nobody contends.
class frame_audience {
 public:
  /// `format` is what the first frame is to have. Frames come by `backlog`, which is told whether
  /// anybody listens.
  frame_audience(const stream_format& format, std::shared_ptr<frame_backlog> backlog)
      : backlog_(std::move(backlog)), format_(format) {}

  [[nodiscard]] frame_backlog& backlog() const { return *backlog_; }

  /// Takes a frame in and posts it to each connection; not one that is no newer than another
  /// before it in the same stream, which came late. `host` is the caller's thread, if it is one of
  /// the scheduler's.
  void hand_out(const frame_ptr& frame, caf::execution_unit* host);

  /// Counts a frame that is not fit to go out. Returns how many there were.
  std::uint64_t refuse();

  /// Returns false when it had joined before.
  bool join(const connection_actor& connection, frame_inbox_ptr inbox);
  void leave(caf::actor_id connection);

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] stream_format format() const;  ///< of the next frame
  [[nodiscard]] processor_report report() const;
  [[nodiscard]] std::optional<stream_id> stream() const;  ///< of the last frame, if there was one

 private:
  struct listener {
    connection_actor connection;
    wakeable* wakes = nullptr;  ///< the same
    frame_inbox_ptr inbox;
  };

  [[nodiscard]] bool take_in(const frame_info& frame);
  [[nodiscard]] std::vector<listener>::iterator find(caf::actor_id connection);

  const std::shared_ptr<frame_backlog> backlog_;
  mutable std::mutex mutex_;
  std::vector<listener> listeners_;
  processor_report counters_;
  stream_format format_;
  std::optional<frame_info> last_;
};

}  // namespace troupe::delivery
