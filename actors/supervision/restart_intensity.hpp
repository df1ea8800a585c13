#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>

#include "protocol/clock.hpp"

namespace troupe::supervision {

/// How often a supervisor brings children back, all of them together, before it gives up.
struct restart_intensity {
  /// The most restarts within a window; one more gives up.
  std::size_t max_restarts = 5;
  std::chrono::nanoseconds window = std::chrono::minutes{5};
};

/// The failures of the last window.
class recent_failures {
 public:
  explicit recent_failures(const restart_intensity& intensity) : intensity_(intensity) {}

  /// Takes down a failure at `now`. Returns whether another restart is within the limit.
  [[nodiscard]] bool allow_restart(std::uint64_t child, steady_time now);

  [[nodiscard]] std::size_t count() const { return failures_.size(); }
  [[nodiscard]] std::size_t count(std::uint64_t child) const;

 private:
  struct failure {
    steady_time when;
    std::uint64_t child;  ///< its number
  };

  restart_intensity intensity_;
  std::deque<failure> failures_;
};

}  // namespace troupe::supervision
