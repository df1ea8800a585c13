#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include <caf/actor_clock.hpp>
#include <caf/actor_control_block.hpp>
#include <caf/mailbox_element.hpp>

#include "protocol/clock.hpp"

namespace troupe::runtime {

/// The clock of an actor system: what is to be sent at its time. May be used from any thread. Has
/// no thread of its own; whoever has one looks what is due.
class timer_queue final : public caf::actor_clock {
 public:
  /// `first_changed` is called when something is to be sent earlier than all else.
  explicit timer_queue(std::function<void()> first_changed)
      : first_changed_(std::move(first_changed)) {}

  [[nodiscard]] std::optional<steady_time> next_due() const;
  /// Sends what is due, in the order of its time.
  void send_due(steady_time now);

  void set_ordinary_timeout(time_point when, caf::abstract_actor* self, caf::atom_value type,
                            std::uint64_t id) override;
  void set_multi_timeout(time_point when, caf::abstract_actor* self, caf::atom_value type,
                         std::uint64_t id) override;
  void set_request_timeout(time_point when, caf::abstract_actor* self, caf::message_id id) override;
  void cancel_ordinary_timeout(caf::abstract_actor* self, caf::atom_value type) override;
  void cancel_request_timeout(caf::abstract_actor* self, caf::message_id id) override;
  void cancel_timeouts(caf::abstract_actor* self) override;
  void schedule_message(time_point when, caf::strong_actor_ptr receiver,
                        caf::mailbox_element_ptr content) override;
  /// Not supported: throws std::logic_error.
  void schedule_message(time_point when, caf::group target, caf::strong_actor_ptr sender,
                        caf::message content) override;
  void cancel_all() override;

 private:
  /// By what a timeout can be cancelled. A message cannot.
  struct timeout_name {
    enum class sort : std::uint8_t { message, ordinary, multi, request };
    sort kind = sort::message;
    caf::actor_id actor = 0;
    std::uint64_t number = 0;
    friend bool operator==(const timeout_name&, const timeout_name&) = default;
  };
  struct entry {
    steady_time due;
    std::uint64_t number = 0;  ///< of two that are due at once, the first one set comes first
    caf::strong_actor_ptr receiver;
    caf::mailbox_element_ptr content;
    timeout_name name;
  };
  using entries = std::vector<entry>;

  static bool is_later(const entry& left, const entry& right);
  void add(entry added);
  /// What is due first, if it is due by `now`.
  std::optional<entry> take_due(steady_time now);
  template <class Predicate>
  void cancel(const Predicate& is_meant);

  const std::function<void()> first_changed_;
  mutable std::mutex mutex_;
  entries heap_;  ///< of the messages and timeouts; its front is due first
  std::size_t timeouts_ = 0;
  std::uint64_t next_number_ = 0;
};

}  // namespace troupe::runtime
