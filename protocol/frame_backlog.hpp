#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

#include <caf/actor_control_block.hpp>
#include <caf/atom.hpp>
#include <caf/intrusive_ptr.hpp>

#include "protocol/doorbell.hpp"
#include "protocol/frame.hpp"
#include "protocol/ring_queue.hpp"

namespace troupe {

/// Frames that wait to be processed, and the word that goes the other way: whether anybody wants
/// them. It outlives those who give and those who take.
///
/// Whoever takes is sent frames_atom once for all that waits by then, so that many frames in a row
/// cost one message. (An urgent one: a role has it go straight to its player.) Its lock costs some
/// 20 ns a frame where nobody contends.
class frame_backlog {
 public:
  /// Of a longer stretch of sound the oldest frames are dropped: they are not worth hearing.
  static constexpr std::chrono::seconds longest{2};

  /// At `address_of_taker`, which outlives those behind it, is whoever takes.
  explicit frame_backlog(caf::strong_actor_ptr address_of_taker);

  /// By one thread at a time. `host` is the caller's thread, if it is one of the scheduler's.
  void post(frame_ptr frame, caf::execution_unit* host);

  /// Numbers those who take. There is one at a time, the one that began last.
  enum class taker : std::uint64_t {};
  [[nodiscard]] taker begin_taking();

  /// For whoever takes, when it was told, and when it begins: calls `take(frame_ptr)` for each
  /// frame, the oldest first. Returns false when none is left: it is told of the next. Returns true
  /// after `at_most` frames: then it is to go on by itself, as it is told of nothing.
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
  using bell = doorbell<caf::atom_value>;

  /// Null where none waits, and for whoever is not to take any more.
  frame_ptr take_next(taker who);
  void tell(caf::execution_unit* host);

  const caf::strong_actor_ptr address_of_taker_;
  const caf::intrusive_ptr<bell> bell_;
  std::atomic<bool> is_wanted_{false};
  mutable std::mutex mutex_;
  ring_queue<frame_ptr> waiting_;
  std::uint64_t dropped_ = 0;
  taker taker_now_{};
  std::optional<stream_format> format_;
  bool told_ = false;
};

}  // namespace troupe
