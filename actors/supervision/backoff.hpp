#pragma once

#include <chrono>
#include <cstddef>

namespace troupe::supervision {

/// How long a child that failed waits for its restart. A child that stayed up for as long as `cap`
/// has recovered: its next failure begins a new burst.
struct backoff_policy {
  /// Before the second restart of a burst; the first is immediate, and each one after waits twice
  /// as long as the one before.
  std::chrono::nanoseconds first = std::chrono::seconds{1};
  std::chrono::nanoseconds cap = std::chrono::seconds{30};
  /// The part of each wait, 0 to 1, that is up to chance, so that those who failed together do not
  /// come back in step.
  double jitter = 0.2;
};

/// Where one child is in its burst of failures.
class backoff {
 public:
  explicit backoff(const backoff_policy& policy) : policy_(policy) {}

  /// How long to wait now that the child has failed after `up_for`. `chance` is between 0 and 1.
  [[nodiscard]] std::chrono::nanoseconds after_failure(std::chrono::nanoseconds up_for,
                                                       double chance);

 private:
  backoff_policy policy_;
  std::size_t failures_ = 0;  ///< of this burst
};

}  // namespace troupe::supervision
