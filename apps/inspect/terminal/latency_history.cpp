#include "apps/inspect/terminal/latency_history.hpp"

#include <chrono>

namespace troupe::inspecting::terminal {
namespace {

/// A node is asked more often when something happens; its last second is then nearly the same.
constexpr std::chrono::milliseconds least_interval{900};

}  // namespace

void latency_history::note(const snapshot& latest) {
  if (latest.node.started != started_) {
    stages_.clear();
    started_ = latest.node.started;
    noted_ = {};
  }
  if (latest.node.now - noted_ < least_interval) return;
  noted_ = latest.node.now;
  for (const auto& stage : latest.stages) {
    auto& values = stages_[stage.stage];
    if (values.size() == most_seconds) values.erase(values.begin());
    values.push_back(stage.last_second.count == 0 ? 0 : to_microseconds(stage.last_second.p99));
  }
}

const std::vector<double>& latency_history::of(std::string_view stage) const {
  static const std::vector<double> none;
  const auto found = stages_.find(stage);
  return found == stages_.end() ? none : found->second;
}

}  // namespace troupe::inspecting::terminal
