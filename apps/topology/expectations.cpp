#include "apps/topology/expectations.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "apps/topology/fault_text.hpp"
#include "apps/topology/outcome_figures.hpp"
#include "apps/topology/time_text.hpp"

namespace troupe::topology {
namespace {

using std::chrono::microseconds;

/// Goes through a run and gathers what is broken.
class judgement {
 public:
  judgement(const plan& planned, const outcome& seen) : planned_(planned), seen_(seen) {}

  [[nodiscard]] std::vector<broken_expectation> judge() {
    for (const auto& listener : seen_.listeners) judge_listener(listener);
    for (std::size_t i = 0; i < planned_.listeners.size(); ++i) judge_presence(i);
    for (const auto& node : planned_.nodes) judge_node(node);
    for (std::size_t i = 0; i < seen_.faults.size(); ++i) judge_fault(i);
    for (auto i = seen_.faults.size(); i < planned_.faults.size(); ++i) judge_absent_fault(i);
    return std::move(broken_);
  }

 private:
  void add(std::string expected, std::string seen) {
    broken_.push_back({who_, std::move(expected), std::move(seen)});
  }

  void judge_count(const std::optional<std::uint64_t>& most, std::uint64_t seen,
                   std::string_view what) {
    if (most && seen > *most)
      add(fmt::format("at most {} {}", *most, what), fmt::format("{}", seen));
  }

  void judge_time(const std::optional<microseconds>& most, microseconds seen,
                  std::string_view what) {
    if (most && seen > *most)
      add(fmt::format("{} within {}", what, readable_text(*most)), readable_text(seen));
  }

  void judge_listener(const listener_outcome& listener) {
    who_ = "listener " + listener.name;
    const auto* its_plan = plan_of(planned_, listener);
    if (its_plan == nullptr) {
      add("one of the plan's", "it is in no plan");
      return;
    }
    if (!listener.error.empty()) {
      add("it tells what it heard", listener.error);
      return;  // the figures would say nothing
    }
    const auto& expected = its_plan->expected;
    judge_count(expected.most_missing_frames, listener.missing_frames, "frames missing");
    judge_count(expected.most_gaps, gaps(listener), "gaps");
    judge_latency(expected, listener);
    if (expected.hears_at_the_end && !heard_at_the_end(listener, seen_.duration))
      add("it hears at the end", listener.spans.empty()
                                     ? "it never heard anything"
                                     : "nothing after " + readable_text(listener.spans.back().to));
    for (const auto& each : listener.recoveries) judge_recovery(expected, each);
  }

  void judge_latency(const listener_expectations& expected, const listener_outcome& listener) {
    if (listener.latency) {
      judge_time(expected.most_latency_p50, listener.latency->p50, "half of the frames");
      judge_time(expected.most_latency_p99, listener.latency->p99, "99 % of the frames");
    } else if (expected.most_latency_p50 || expected.most_latency_p99) {
      add("a latency that keeps within its limits", "it never heard anything");
    }
  }

  void judge_recovery(const listener_expectations& expected, const recovery& seen) {
    if (!expected.most_recovery) return;
    const auto what = "sound again after " + name_of(seen.fault);
    if (const auto time = time_to_recover(seen)) {
      judge_time(expected.most_recovery, *time, what);
      return;
    }
    // Where the plan has it that a listener hears nothing in the end, a fault may last until then.
    const auto is_over = seen.fault < seen_.faults.size() && seen_.faults[seen.fault].ended;
    if (is_over || expected.hears_at_the_end)
      add(fmt::format("{} within {}", what, readable_text(*expected.most_recovery)), "none");
  }

  void judge_presence(std::size_t index) {
    const auto count = static_cast<std::size_t>(
        std::count_if(seen_.listeners.begin(), seen_.listeners.end(),
                      [&](const auto& listener) { return listener.planned == index; }));
    const auto& listener = planned_.listeners[index];
    who_ = "listener " + listener.name;
    if (count < listener.count)
      add(fmt::format("{} of it", listener.count), fmt::format("{}", count));
  }

  void judge_node(const planned_node& node) {
    who_ = "node " + node.name;
    const auto* seen = outcome_of(seen_, node.name);
    if (seen == nullptr) {
      add("it runs", "nothing of it");
      return;
    }
    if (!seen->error.empty()) add("it ends in good order", seen->error);
    const auto& expected = node.expected;
    const auto growth =
        seen->memory_at_end_kib - std::min(seen->memory_at_start_kib, seen->memory_at_end_kib);
    judge_count(expected.most_memory_kib, seen->memory_peak_kib, "KiB of memory");
    judge_count(expected.most_memory_growth_kib, growth, "KiB more memory than at the start");
    judge_count(expected.most_actor_restarts, seen->actor_restarts, "restarts of actors");
  }

  void judge_fault(std::size_t index) {
    who_ = name_of(index);
    const auto& error = seen_.faults[index].error;
    if (!error.empty()) add("it is done", error);
  }

  void judge_absent_fault(std::size_t index) {
    who_ = fmt::format("fault {} ({})", index + 1, text_of(planned_.faults[index]));
    add("it is done", "the run ended before");
  }

  [[nodiscard]] std::string name_of(std::size_t fault) const {
    if (fault >= seen_.faults.size()) return fmt::format("fault {}", fault + 1);
    return fmt::format("fault {} ({})", fault + 1, text_of(seen_.faults[fault].planned));
  }

  const plan& planned_;
  const outcome& seen_;
  std::string who_;
  std::vector<broken_expectation> broken_;
};

}  // namespace

std::vector<broken_expectation> judge(const plan& planned, const outcome& seen) {
  return judgement{planned, seen}.judge();
}

}  // namespace troupe::topology
