#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

#include <caf/actor_control_block.hpp>

#include "protocol/frame.hpp"
#include "protocol/ring_queue.hpp"
#include "protocol/wakeable.hpp"

namespace troupe {

/// Frames that wait to be processed, and the word that goes the other way: whether anybody wants
/// them. It outlives those who give and those who take.
///
/// Whoever takes is woken up once for all that waits by then. Its lock costs some 20 ns a frame
/// where nobody contends.
class frame_backlog {
 public:
  /// Of a longer stretch of sound the oldest frames are dropped: they are not worth hearing.
  static constexpr std::chrono::seconds longest{2};

  /// By one thread at a time. `host` is the caller's thread, if it is one of the scheduler's.
  void post(frame_ptr frame, caf::execution_unit* host);

  /// Numbers those who take. There is one at a time, the one that began last: `actor`, which can
  /// be woken up. It is to look whether something waits from the time before.
  enum class taker : std::uint64_t {};
  [[nodiscard]] taker begin_taking(caf::strong_actor_ptr actor);

  /// For whoever takes: calls `take(frame_ptr)` for each frame, the oldest first. Returns false
  /// when none is left: it is woken up for the next. Returns true after `at_most` frames: then it
  /// is to go on by itself.
  template <class Take>
  [[nodiscard]] bool take_some(taker who, std::size_t at_most, Take&& take) {
    for (std::size_t i = 0; i < at_most; ++i) {
      auto next = take_next(who);
      if (!next) return false;
      take(std::move(next));
    }
    return true;
  }

  /// In the place of a frame that nobody wants: tells what it would have been like.
  void pass_over(const stream_format& format);
  /// What the next frame is like, if that is known.
  [[nodiscard]] std::optional<stream_format> format() const;
  [[nodiscard]] bool empty() const;

  /// Whether anybody wants frames that are still to be made.
  [[nodiscard]] bool is_wanted() const { return is_wanted_.load(std::memory_order_relaxed); }
  void set_wanted(bool is_wanted) { is_wanted_.store(is_wanted, std::memory_order_relaxed); }

 private:
  /// Null where none waits, and for whoever is not to take any more.
  frame_ptr take_next(taker who);

  std::atomic<bool> is_wanted_{false};
  mutable std::mutex mutex_;
  ring_queue<frame_ptr> waiting_;
  std::uint64_t dropped_ = 0;
  taker taker_now_{};
  caf::strong_actor_ptr actor_;  ///< who takes, ...
  wakeable* wakes_ = nullptr;    ///< ... to be woken up
  std::optional<stream_format> format_;
};

}  // namespace troupe
