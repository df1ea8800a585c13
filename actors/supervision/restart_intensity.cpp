#include "actors/supervision/restart_intensity.hpp"

#include <algorithm>

namespace troupe::supervision {

bool recent_failures::allow_restart(std::uint64_t child, steady_time now) {
  while (!failures_.empty() && now - failures_.front().when >= intensity_.window)
    failures_.pop_front();
  failures_.push_back({now, child});
  return failures_.size() <= intensity_.max_restarts;
}

std::size_t recent_failures::count(std::uint64_t child) const {
  return static_cast<std::size_t>(std::count_if(
      failures_.begin(), failures_.end(), [&](const failure& one) { return one.child == child; }));
}

}  // namespace troupe::supervision
