#pragma once

#include <optional>

#include "protocol/counters.hpp"
#include "protocol/frame.hpp"

namespace troupe {

/// Counts what is offered to one client. Sequence numbers tell what should have come; what did not
/// is accounted for all the same.
class offered_frames {
 public:
  void count(const frame_info& frame, delivery_counters& counters) {
    ++counters.frames_offered;
    if (last_ && last_->stream == frame.stream && frame.sequence > last_->sequence) {
      const auto missing = to_number(frame.sequence) - to_number(last_->sequence) - 1;
      counters.frames_offered += missing;
      counters.frames_dropped[drop_cause::upstream_gap] += missing;
    }
    last_ = place{frame.stream, frame.sequence};
  }

  /// Whether there were any.
  [[nodiscard]] bool any() const { return last_.has_value(); }

 private:
  struct place {
    stream_id stream;
    frame_sequence sequence;
  };
  std::optional<place> last_;
};

}  // namespace troupe
