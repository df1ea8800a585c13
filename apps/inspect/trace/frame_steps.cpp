#include "apps/inspect/trace/frame_steps.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>

namespace troupe::inspecting {
namespace {

/// In the order in which a frame comes to them in one node.
constexpr std::array<std::string_view, 7> known_steps{
    "captured", "encoded", "received", "processed", "queued", "written", "sent"};
constexpr std::string_view sent = "sent";
constexpr std::string_view received = "received";

/// A step that is not known comes after all that are.
std::ptrdiff_t rank_of(std::string_view step) {
  return std::distance(known_steps.begin(), std::ranges::find(known_steps, step));
}

/// Finds which step led to which, of one frame.
class step_order {
 public:
  explicit step_order(const frame_steps& steps) : steps_(steps) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const auto& step = steps[i];
      ranks_.push_back(rank_of(step.step));
      by_actor_[{step.node, step.actor}].push_back(i);
      if (ranks_[i] <= rank_of("processed")) before_fork_[step.node].push_back(i);
      if (step.step == sent) sendings_.push_back(i);
    }
  }

  [[nodiscard]] std::optional<std::size_t> before(std::size_t place) const {
    const auto& step = steps_[place];
    if (step.step == received) return sent_to(step);
    // What one actor does to a frame it does in a row; before that it was in common hands.
    const auto by_itself = last_before(place, by_actor_.at({step.node, step.actor}));
    if (by_itself) return by_itself;
    const auto common = before_fork_.find(step.node);
    return common == before_fork_.end() ? std::nullopt : last_before(place, common->second);
  }

 private:
  using places = std::vector<std::size_t>;

  /// Of those with a lower rank the last.
  [[nodiscard]] std::optional<std::size_t> last_before(std::size_t place,
                                                       const places& candidates) const {
    std::optional<std::size_t> last;
    for (const auto each : candidates)
      if (ranks_[each] < ranks_[place] && (!last || ranks_[each] >= ranks_[*last])) last = each;
    return last;
  }

  /// The last sending by another node before that; or where clocks are too far off, the first.
  [[nodiscard]] std::optional<std::size_t> sent_to(const frame_step& receiver) const {
    std::optional<std::size_t> last;
    for (const auto each : sendings_)
      if (steps_[each].node != receiver.node && (!last || steps_[each].at <= receiver.at))
        last = each;
    return last;
  }

  const frame_steps& steps_;
  std::vector<std::ptrdiff_t> ranks_;
  std::map<std::pair<std::size_t, std::string_view>, places> by_actor_;
  std::map<std::size_t, places> before_fork_;
  places sendings_;
};

}  // namespace

std::map<frame_name, frame_steps> steps_by_frame(const std::vector<node_trace>& traces) {
  std::map<frame_name, frame_steps> result;
  for (std::size_t node = 0; node < traces.size(); ++node)
    for (const auto& each : traces[node].record.steps)
      result[each.frame].push_back({.node = node,
                                    .actor = each.actor,
                                    .step = each.step,
                                    .at = traces[node].time_of(each.at),
                                    .after = {}});
  for (auto& [name, steps] : result) {
    std::ranges::stable_sort(steps, {}, &frame_step::at);
    const step_order order{steps};
    for (std::size_t i = 0; i < steps.size(); ++i) steps[i].after = order.before(i);
  }
  return result;
}

}  // namespace troupe::inspecting
