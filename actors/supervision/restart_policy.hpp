#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>

#include "protocol/clock.hpp"

namespace troupe::supervision {

/// How often and how soon a child is brought back.
struct restart_policy {
  /// The most restarts within a window; one more gives up.
  std::size_t max_restarts = 5;
  std::chrono::nanoseconds window = std::chrono::minutes{5};
  /// The first restart of a burst is immediate, the second waits this long, each one after twice
  /// as long as the one before.
  std::chrono::nanoseconds backoff = std::chrono::seconds{1};
  std::chrono::nanoseconds backoff_cap = std::chrono::seconds{30};
};

/// When a child failed, and what follows from it.
class restart_history {
 public:
  explicit restart_history(const restart_policy& policy) : policy_(policy) {}

  /// Takes down a failure at `now`. Returns how long to wait before the restart, or nothing when
  /// the policy says to give up.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> delay_after_failure(steady_time now);

 private:
  restart_policy policy_;
  std::deque<steady_time> failures_;
};

}  // namespace troupe::supervision
