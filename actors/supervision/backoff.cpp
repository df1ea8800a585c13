#include "actors/supervision/backoff.hpp"

#include <algorithm>

namespace troupe::supervision {

std::chrono::nanoseconds backoff::after_failure(std::chrono::nanoseconds up_for, double chance) {
  if (up_for >= policy_.cap) failures_ = 0;
  if (++failures_ == 1) return std::chrono::nanoseconds::zero();
  auto wait = std::min(policy_.first, policy_.cap);
  for (std::size_t i = 2; i < failures_ && wait < policy_.cap; ++i)
    wait = std::min(2 * wait, policy_.cap);
  const std::chrono::duration<double, std::nano> chances_part{static_cast<double>(wait.count()) *
                                                              policy_.jitter * chance};
  return wait - std::chrono::duration_cast<std::chrono::nanoseconds>(chances_part);
}

}  // namespace troupe::supervision
