#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <typeinfo>

#include <caf/atom.hpp>
#include <caf/fwd.hpp>
#include <caf/mailbox_element.hpp>

namespace troupe::supervision {

/// Which message an actor is busy with. The actor alone writes it, for some nanoseconds a message:
/// it reads no clock. Whoever watches compares two looks at it.
class turn_record {
 public:
  /// Counts the beginnings and the ends of turns, so it is odd during one.
  using number = std::uint64_t;

  void begin(const caf::mailbox_element& message) noexcept;
  /// A turn without a message.
  void begin(caf::atom_value name) noexcept;
  void end() noexcept;

  [[nodiscard]] number current() const noexcept { return number_.load(std::memory_order_acquire); }
  [[nodiscard]] static bool is_busy(number turn) noexcept { return turn % 2 == 1; }

  /// The message of the current turn, or of the last one, in words for people.
  [[nodiscard]] std::string message_name(caf::actor_system& system) const;

 private:
  std::atomic<number> number_{0};
  std::atomic<std::uint16_t> type_number_{0};
  std::atomic<const std::type_info*> type_{nullptr};
  std::atomic<std::uint64_t> atom_{0};  ///< if the message begins with one
};

/// One turn, from its beginning to its end by whatever way.
class turn {
 public:
  turn(turn_record& record, const caf::mailbox_element& message) noexcept : record_(record) {
    record_.begin(message);
  }
  /// Without a message: its start, or a wake-up.
  turn(turn_record& record, caf::atom_value name) noexcept : record_(record) {
    record_.begin(name);
  }
  turn(const turn&) = delete;
  turn& operator=(const turn&) = delete;
  ~turn() { record_.end(); }

 private:
  turn_record& record_;
};

}  // namespace troupe::supervision
