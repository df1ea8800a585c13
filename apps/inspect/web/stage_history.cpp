#include "apps/inspect/web/stage_history.hpp"

#include <algorithm>
#include <chrono>

#include <nlohmann/json.hpp>

namespace troupe::inspecting::web {
namespace {

/// A node is asked more often when something happens; its last second is then nearly the same.
constexpr std::chrono::milliseconds least_interval{900};

}  // namespace

void stage_history::note(const snapshot& latest) {
  // A clock that was set back, or another start of the node: what was before stands for itself.
  if (!points_.empty()) {
    const auto since = latest.node.now - points_.back().time;
    if (since >= since.zero() && since < least_interval) return;
  }
  point next{.time = latest.node.now, .stages = {}};
  for (const auto& stage : latest.stages) {
    const auto& second = stage.last_second;
    if (second.count == 0) continue;
    next.stages[stage.stage] = {.p50_us = to_microseconds(second.p50),
                                .p99_us = to_microseconds(second.p99),
                                .max_us = to_microseconds(second.max)};
  }
  points_.push_back(std::move(next));
  if (points_.size() > most_points) points_.pop_front();
  ++noted_;
}

nlohmann::json stage_history::points_after(std::uint64_t seen) const {
  const auto fresh = std::min<std::uint64_t>(noted_ - std::min(seen, noted_), points_.size());
  auto result = nlohmann::json::array();
  for (auto each = points_.end() - static_cast<std::ptrdiff_t>(fresh); each != points_.end();
       ++each) {
    auto stages = nlohmann::json::object();
    for (const auto& [stage, times] : each->stages)
      stages[stage] = {
          {"p50_us", times.p50_us}, {"p99_us", times.p99_us}, {"max_us", times.max_us}};
    result.push_back(
        {{"unix_s", std::chrono::duration<double>{each->time.time_since_epoch()}.count()},
         {"stages", std::move(stages)}});
  }
  return result;
}

}  // namespace troupe::inspecting::web
