#include "actors/supervision/supervision_record.hpp"

#include <algorithm>
#include <utility>

namespace troupe::supervision {

supervision_report supervision_record::report() const {
  const std::lock_guard lock{mutex_};
  return report_;
}

steady_time supervision_record::looked_at() const {
  const std::lock_guard lock{mutex_};
  return report_.looked_at;
}

bool supervision_record::is_healthy(steady_time now, std::chrono::nanoseconds patience) const {
  const std::lock_guard lock{mutex_};
  const auto is_stuck = [](const child_status& child) { return !child.stuck_in.empty(); };
  return now - report_.looked_at <= patience && report_.gave_up.empty() &&
         std::none_of(report_.children.begin(), report_.children.end(), is_stuck);
}

void supervision_record::add_to_history(restart_event event) {
  const std::lock_guard lock{mutex_};
  auto& history = report_.history;
  if (history.size() == history_limit) history.erase(history.begin());
  history.push_back(std::move(event));
}

}  // namespace troupe::supervision
