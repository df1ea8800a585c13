#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

#include "tests/chaos/fault.hpp"
#include "tests/chaos/frame_duration.hpp"

namespace troupe::chaos {

/// Draws faults; the same ones for the same seed and number of listeners.
class fault_generator {
 public:
  fault_generator(std::uint64_t seed, std::size_t listeners);

  [[nodiscard]] fault next();

 private:
  std::mt19937_64 chance_;
  std::uniform_int_distribution<std::size_t> target_{0, fault_targets.size() - 1};
  std::uniform_int_distribution<std::size_t> kind_{0, fault_kinds.size() - 1};
  std::uniform_int_distribution<int> hang_ms_{10, 150};
  std::uniform_int_distribution<std::size_t> listener_;
  std::uniform_int_distribution<std::chrono::microseconds::rep> delay_us_;
};

}  // namespace troupe::chaos
