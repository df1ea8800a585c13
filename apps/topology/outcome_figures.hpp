#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "apps/topology/outcome.hpp"
#include "apps/topology/plan.hpp"

/// What judgement and reports read out of an outcome alike.
namespace troupe::topology {

template <class Value>
struct spread {
  Value least{};
  Value median{};
  Value most{};
};

/// Nothing of nothing. Of an even number, the median is the upper one of the two in the middle.
template <class Value>
[[nodiscard]] std::optional<spread<Value>> spread_of(std::vector<Value> values);

extern template std::optional<spread<std::uint64_t>> spread_of(std::vector<std::uint64_t>);
extern template std::optional<spread<std::chrono::microseconds>> spread_of(
    std::vector<std::chrono::microseconds>);

/// How often the sound broke off and came again.
[[nodiscard]] std::uint64_t gaps(const listener_outcome& listener);

/// Whether sound still came when the run ended.
[[nodiscard]] bool heard_at_the_end(const listener_outcome& listener, run_time duration);

/// How long it was silent from when it could have heard: from the fault's begin, or from its end
/// where nothing but that helped. Nothing: sound never came.
[[nodiscard]] std::optional<run_time> time_to_recover(const recovery& seen);

/// Those of one fault, of all listeners that it silenced; a link that is bad for long may silence
/// one several times.
[[nodiscard]] std::vector<recovery> recoveries_from(const outcome& seen, std::size_t fault);
[[nodiscard]] std::size_t listeners_silenced(const outcome& seen, std::size_t fault);

/// What was planned of it; nothing if the outcome does not fit the plan.
[[nodiscard]] const planned_listener* plan_of(const plan& planned,
                                              const listener_outcome& listener);
[[nodiscard]] const node_outcome* outcome_of(const outcome& seen, std::string_view node);

/// Links between a listener and the source: those of its node, and its own where it has one.
[[nodiscard]] std::optional<std::size_t> hops_to(const plan& planned, const outcome& seen,
                                                 const listener_outcome& listener);

/// The median of all listeners' median latencies, by hops.
[[nodiscard]] std::map<std::size_t, std::chrono::microseconds> latency_by_hops(const plan& planned,
                                                                               const outcome& seen);

}  // namespace troupe::topology
