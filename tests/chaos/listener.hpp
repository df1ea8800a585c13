#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "tests/chaos/fault.hpp"
#include "tests/chaos/front_door.hpp"
#include "tests/chaos/listener_record.hpp"

namespace troupe::chaos {

/// Listens to a node on a thread of its own, checks every message and says nothing. Comes back when
/// its connection ends before it is to.
class listener {
 public:
  /// After so many troubles it does not come back.
  static constexpr std::size_t most_troubles = 10;

  explicit listener(front_door& door);
  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;

  /// Whether it hears what it should, as far as it knows.
  [[nodiscard]] bool is_back() const;
  /// A fault is about to hit its connection. Returns which one, or nothing if it is not back.
  [[nodiscard]] std::optional<std::uint64_t> expect(const fault& what);
  /// The node is about to end.
  void expect_end() { node_ends_ = true; }

  [[nodiscard]] std::uint64_t frames_heard() const { return frames_heard_; }

  /// Waits until the node has ended.
  [[nodiscard]] listener_record take_record();

 private:
  void listen(const std::stop_token& abandoned);
  [[nodiscard]] bool hear_connection(const std::stop_token& abandoned);
  void begin_connection(std::uint64_t number);
  void take(const test::wire_message& message);
  [[nodiscard]] bool comes_back_after_end();
  void note_trouble(const std::string& what);
  [[nodiscard]] std::uint64_t connection() const;

  front_door& door_;
  mutable std::mutex mutex_;
  listener_record record_;
  std::atomic<bool> node_ends_{false};
  std::atomic<std::uint64_t> frames_heard_{0};
  std::jthread thread_;
};

}  // namespace troupe::chaos
