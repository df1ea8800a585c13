#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <caf/mailbox_element.hpp>

#include "actors/probe/duration_histogram.hpp"
#include "actors/probe/handler_tally.hpp"
#include "actors/probe/trace_event.hpp"
#include "actors/probe/turn_record.hpp"
#include "protocol/frame.hpp"

namespace troupe::probe {

class probe_board;

/// What one actor does: which message it has in hand, how many of which kind it had, how long each
/// took and waited, and how many wait. It outlives the actor.
///
/// A turn costs two looks at the clock or three and some twenty instructions, no lock and two cache
/// lines: it is noted, and every sixteenth time what was noted is added up. (Added up each time it
/// costs ten lines, which are cold after a pause, and a frame 10 us. With a thousand connections
/// each line costs their node some 1 % of a core.) Without a board only the message in hand is
/// known, and no clock is read.
class alignas(64) actor_probe {
 public:
  /// How much, and how long, in all.
  struct totals {
    std::uint64_t turns = 0;
    std::chrono::nanoseconds busy{};
    std::chrono::nanoseconds longest{};
    std::uint64_t waits = 0;  ///< that were timed
    std::chrono::nanoseconds waited{};
    std::chrono::nanoseconds longest_wait{};
  };

  /// `board` may be null.
  explicit actor_probe(std::shared_ptr<probe_board> board);
  actor_probe(const actor_probe&) = delete;
  actor_probe& operator=(const actor_probe&) = delete;
  ~actor_probe();

  [[nodiscard]] bool is_timing() const noexcept { return board_ != nullptr; }
  /// Only of one that is timing.
  [[nodiscard]] probe_board& board() const noexcept { return *board_; }

  // For the actor itself.
  void begin_turn(message_kind message) noexcept;
  /// The turn was for a message from such an actor, sent then; `sent` is steady_time{} if that is
  /// not known.
  void end_turn(actor_kind from, steady_time sent) noexcept;
  /// When `message` was sent, if that was noted. To be asked for each that it takes up.
  [[nodiscard]] steady_time take_up(const caf::mailbox_element& message) noexcept;

  /// A frame is at this step of its way, if anybody wants to know.
  void note_frame(frame_step step, const frame_info& frame) const;
  void note_frame(frame_step step, const frame_info& frame, steady_time at) const;

  // For whoever tells the actor something, before it can know.
  void note_message(const caf::mailbox_element& message) noexcept;
  void note_wake_up() noexcept;
  [[nodiscard]] steady_time woken_at() const noexcept {
    return woken_at_.load(std::memory_order_relaxed);
  }

  // For anybody.
  [[nodiscard]] actor_kind kind() const noexcept { return kind_.load(std::memory_order_relaxed); }
  /// The kind that its CAF name says, unless it has been told better.
  void set_usual_kind(actor_kind kind) noexcept;
  void set_kind(actor_kind kind) noexcept { kind_.store(kind, std::memory_order_relaxed); }
  /// Tells it from others of its kind, from 1; 0 where there are none.
  [[nodiscard]] std::uint64_t number() const noexcept {
    return number_.load(std::memory_order_relaxed);
  }
  void set_number(std::uint64_t number) noexcept {
    number_.store(number, std::memory_order_relaxed);
  }
  [[nodiscard]] steady_time made() const noexcept { return made_; }
  [[nodiscard]] const turn_record& turns() const noexcept { return turns_; }
  [[nodiscard]] totals read_totals() const;
  void add_to(std::vector<handler_tally>& sum) const;
  /// Messages in its mailbox, those of its role not counted.
  [[nodiscard]] std::uint64_t waiting() const noexcept;
  [[nodiscard]] std::uint64_t most_waiting() const noexcept {
    return most_waiting_.load(std::memory_order_relaxed);
  }

 private:
  struct handler;
  /// The place of a handler in the list of them.
  using handler_index = std::uint8_t;

  /// A turn that has not been added up yet. Times in nanoseconds.
  struct noted_turn {
    static constexpr unsigned index_bits = 4;
    static constexpr std::chrono::nanoseconds longest{(1U << (32 - index_bits)) - 1};

    std::atomic<std::uint32_t> busy_and_handler{0};  ///< the handler in the lowest bits
    std::atomic<std::uint32_t> wait{0};              ///< 0: not known
  };
  static constexpr std::size_t most_noted = 16;
  /// Handlers beyond have no place in a note: their turns are added up at once.
  static constexpr handler_index most_indexed = 1U << noted_turn::index_bits;

  void take_down(handler_index of, std::chrono::nanoseconds busy,
                 std::chrono::nanoseconds wait) noexcept;
  void note(handler_index of, std::chrono::nanoseconds busy,
            std::chrono::nanoseconds wait) noexcept;
  void add_up_noted() noexcept;
  [[nodiscard]] handler_index handler_for_turn(actor_kind from) noexcept;
  /// No index where there is no memory.
  [[nodiscard]] handler_index index_of(message_kind message, actor_kind from) noexcept;
  [[nodiscard]] handler* handler_at(handler_index index) const noexcept;
  /// Calls `visit(handler&, busy, wait)` for each noted turn. Expects that nothing is added up
  /// meanwhile.
  template <class Visit>
  void visit_noted_turns(Visit&& visit) const;
  /// Calls `visit(handler&, turns...)` for all that is known, while nothing is added up.
  template <class VisitHandler, class VisitNoted>
  void visit(VisitHandler&& visit_handler, VisitNoted&& visit_noted) const;

  static constexpr handler_index no_handler = 0xff;

  // What each turn uses: one line.
  const std::shared_ptr<probe_board> board_;
  turn_record turns_;
  std::atomic<steady_time> woken_at_{};
  std::atomic<actor_kind> kind_{actor_kind::nobody};
  std::atomic<std::uint8_t> noted_count_{0};
  handler_index wake_ups_ = no_handler;  ///< the commonest
  mutable std::atomic_flag adding_up_;
  // And one of these two.
  alignas(64) std::array<noted_turn, most_noted> noted_;

  const steady_time made_ = std::chrono::steady_clock::now();
  std::atomic<std::uint64_t> number_{0};
  std::atomic<std::uint64_t> sent_{0};
  std::atomic<std::uint64_t> taken_up_{0};
  std::atomic<std::uint64_t> most_waiting_{0};
  /// One message of those in the mailbox has its waiting timed.
  std::atomic<const caf::mailbox_element*> timed_{nullptr};
  std::atomic<steady_time> timed_since_{};
  std::atomic<handler*> handlers_{nullptr};
};

/// One turn, from its beginning to its end by whatever way.
class turn {
 public:
  turn(actor_probe& probe, message_kind message, actor_kind from = actor_kind::nobody,
       steady_time sent = {}) noexcept
      : probe_(probe), from_(from), sent_(sent) {
    probe_.begin_turn(message);
  }
  turn(const turn&) = delete;
  turn& operator=(const turn&) = delete;
  ~turn() { probe_.end_turn(from_, sent_); }

 private:
  actor_probe& probe_;
  actor_kind from_;
  steady_time sent_;
};

}  // namespace troupe::probe
