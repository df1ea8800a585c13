#pragma once

#include <atomic>
#include <cstdint>

#include "actors/probe/message_kind.hpp"
#include "protocol/clock.hpp"

namespace troupe::probe {

/// Which message an actor is busy with, and since when. The actor alone writes it, for some
/// nanoseconds a turn; anybody may look.
class turn_record {
 public:
  /// Counts the beginnings and the ends of turns, so it is odd during one.
  using number = std::uint64_t;

  /// `now` is for people: the time that an actor hangs is measured by looking twice.
  void begin(message_kind message, steady_time now) noexcept {
    form_.store(message.what, std::memory_order_relaxed);
    value_.store(message.value, std::memory_order_relaxed);
    began_.store(now, std::memory_order_relaxed);
    number_.store(number_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }
  void end() noexcept {
    number_.store(number_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

  [[nodiscard]] number current() const noexcept { return number_.load(std::memory_order_acquire); }
  [[nodiscard]] static bool is_busy(number turn) noexcept { return turn % 2 == 1; }

  /// What the current turn is for, or the last one.
  [[nodiscard]] message_kind message() const noexcept {
    return {form_.load(std::memory_order_relaxed), value_.load(std::memory_order_relaxed)};
  }
  /// When the current turn began, or the last one; 1970's equivalent where no clock is read.
  [[nodiscard]] steady_time began() const noexcept {
    return began_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<number> number_{0};
  std::atomic<message_kind::form> form_{};
  std::atomic<std::uint64_t> value_{0};
  std::atomic<steady_time> began_{};
};

}  // namespace troupe::probe
