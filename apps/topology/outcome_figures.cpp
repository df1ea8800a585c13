#include "apps/topology/outcome_figures.hpp"

#include <algorithm>
#include <utility>

namespace troupe::topology {

template <class Value>
std::optional<spread<Value>> spread_of(std::vector<Value> values) {
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  return spread<Value>{values.front(), values[values.size() / 2], values.back()};
}

template std::optional<spread<std::uint64_t>> spread_of(std::vector<std::uint64_t>);
template std::optional<spread<std::chrono::microseconds>> spread_of(
    std::vector<std::chrono::microseconds>);

std::uint64_t gaps(const listener_outcome& listener) {
  return listener.spans.empty() ? 0 : listener.spans.size() - 1;
}

bool heard_at_the_end(const listener_outcome& listener, run_time duration) {
  using namespace std::chrono_literals;
  constexpr auto still = 1s;  // for so long a relay takes an upstream that is silent to be there
  return !listener.spans.empty() && listener.spans.back().to + still >= duration;
}

std::optional<run_time> time_to_recover(const recovery& seen) {
  const auto& since_fault = seen.after_end ? seen.after_end : seen.after;
  if (!since_fault) return std::nullopt;
  return std::min(*since_fault, seen.silence);
}

std::vector<recovery> recoveries_from(const outcome& seen, std::size_t fault) {
  std::vector<recovery> result;
  for (const auto& listener : seen.listeners)
    for (const auto& each : listener.recoveries)
      if (each.fault == fault) result.push_back(each);
  return result;
}

std::size_t listeners_silenced(const outcome& seen, std::size_t fault) {
  const auto is_of_it = [&](const recovery& each) { return each.fault == fault; };
  return static_cast<std::size_t>(
      std::count_if(seen.listeners.begin(), seen.listeners.end(), [&](const auto& listener) {
        return std::any_of(listener.recoveries.begin(), listener.recoveries.end(), is_of_it);
      }));
}

const planned_listener* plan_of(const plan& planned, const listener_outcome& listener) {
  return listener.planned < planned.listeners.size() ? &planned.listeners[listener.planned]
                                                     : nullptr;
}

const node_outcome* outcome_of(const outcome& seen, std::string_view node) {
  const auto found = std::find_if(seen.nodes.begin(), seen.nodes.end(),
                                  [&](const auto& each) { return each.name == node; });
  return found == seen.nodes.end() ? nullptr : &*found;
}

std::optional<std::size_t> hops_to(const plan& planned, const outcome& seen,
                                   const listener_outcome& listener) {
  const auto* its_plan = plan_of(planned, listener);
  if (its_plan == nullptr) return std::nullopt;
  const auto* node = outcome_of(seen, its_plan->node);
  if (node == nullptr) return std::nullopt;
  return node->hops + (its_plan->over_link ? 1 : 0);
}

std::map<std::size_t, std::chrono::microseconds> latency_by_hops(const plan& planned,
                                                                 const outcome& seen) {
  std::map<std::size_t, std::vector<std::chrono::microseconds>> medians;
  for (const auto& listener : seen.listeners) {
    const auto hops = hops_to(planned, seen, listener);
    if (hops && listener.latency) medians[*hops].push_back(listener.latency->p50);
  }
  std::map<std::size_t, std::chrono::microseconds> result;
  for (auto& [hops, latencies] : medians)
    result[hops] =
        spread_of(std::move(latencies)).value_or(spread<std::chrono::microseconds>{}).median;
  return result;
}

}  // namespace troupe::topology
