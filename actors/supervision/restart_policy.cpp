#include "actors/supervision/restart_policy.hpp"

#include <algorithm>

namespace troupe::supervision {

std::optional<std::chrono::nanoseconds> restart_history::delay_after_failure(steady_time now) {
  while (!failures_.empty() && now - failures_.front() >= policy_.window) failures_.pop_front();
  if (failures_.size() >= policy_.max_restarts) return std::nullopt;
  failures_.push_back(now);
  if (failures_.size() == 1) return std::chrono::nanoseconds::zero();
  auto delay = policy_.backoff;
  for (std::size_t i = 2; i < failures_.size() && delay < policy_.backoff_cap; ++i) delay *= 2;
  return std::min(delay, policy_.backoff_cap);
}

}  // namespace troupe::supervision
