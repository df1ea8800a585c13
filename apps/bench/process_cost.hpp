#pragma once

#include <chrono>
#include <cstddef>

namespace troupe::bench {

/// What this process has cost so far.
struct process_cost {
  std::chrono::nanoseconds cpu{};  ///< of all its threads, in the kernel too
  std::chrono::steady_clock::time_point when;
  std::size_t resident_kib = 0;

  [[nodiscard]] static process_cost now();
};

}  // namespace troupe::bench
