#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <caf/intrusive_ptr.hpp>
#include <caf/ref_counted.hpp>

#include "protocol/frame.hpp"
#include "protocol/wakeable.hpp"

namespace troupe {

/// Frames on their way to one actor, its owner: bounded, so that an owner who is stuck or dead
/// holds no more than these, and without an allocation for each frame. The owner is woken up once
/// for all that it finds.
///
/// One posts at a time, one takes at a time; both may be different threads.
class frame_inbox final : public caf::ref_counted {
 public:
  /// Twice what the frame processor posts before others get their turn on its thread.
  static constexpr std::size_t capacity = 128;

  /// Puts a frame in, and wakes `owner`. A frame for which there is no room is left out; the next
  /// one's sequence number shows the gap.
  void post(const frame_ptr& frame, wakeable& owner, caf::execution_unit* host);

  /// For the owner: calls `take(frame_ptr)` for each frame, the oldest first.
  template <class Take>
  void take_all(Take&& take) {
    for (auto at = first_.load(std::memory_order_relaxed); at != end_.load(); ++at) {
      take(std::exchange(slots_[at % capacity], nullptr));
      first_.store(at + 1, std::memory_order_release);
    }
  }

  /// Frames that the owner knows nothing of: they wait here, or were left out after those that do.
  [[nodiscard]] std::uint64_t unseen() const;
  /// All that were to be put in, those that were left out too.
  [[nodiscard]] std::uint64_t posted() const;

 private:
  std::array<frame_ptr, capacity> slots_;
  std::atomic<std::uint64_t> first_{0};  ///< counts frames that were taken
  std::atomic<std::uint64_t> end_{0};    ///< counts frames that were put in
  std::atomic<std::uint64_t> left_out_{0};
  std::atomic<std::uint64_t> left_out_before_{0};  ///< the last one that was put in
};

using frame_inbox_ptr = caf::intrusive_ptr<frame_inbox>;

}  // namespace troupe
