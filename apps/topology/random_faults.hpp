#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "apps/topology/plan.hpp"

namespace troupe::topology {

/// Faults one after the other, each with an end, spread so that each can be seen recovering: none
/// begins before another one has healed that the same listeners may notice. They come after what
/// the plan has of its own, one each 1 to 1.5 s about. The same for a seed on any machine.
[[nodiscard]] std::vector<planned_fault> random_faults(const plan& planned, std::size_t count,
                                                       std::uint64_t seed);

/// When all is well again after a fault, as far as one can tell beforehand.
[[nodiscard]] std::chrono::milliseconds healed_at(const planned_fault& fault);

/// Adds random faults to a plan and has it last as long as they take. Expectations that hold only
/// where nothing happens are dropped: on frames, gaps and the latency's peaks, and of the actors'
/// restarts those that are asked for. Recovery within 2 s is expected where nothing else is.
void add_random_faults(plan& planned, std::size_t count, std::uint64_t seed);

}  // namespace troupe::topology
