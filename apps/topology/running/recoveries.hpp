#pragma once

#include <vector>

#include "apps/topology/outcome.hpp"

namespace troupe::topology {

/// Which faults silenced a listener, and how it came through: one for each break in what it heard
/// that a fault explains. The latest fault explains it that began up to 2 s before the break, or
/// (clocks and frames are not that exact) 100 ms after, or that lasted then, or had ended up to 2 s
/// before: what was repaired may change the way of the sound once more.
[[nodiscard]] std::vector<recovery> recoveries_of(const std::vector<heard_span>& spans,
                                                  const std::vector<done_fault>& faults,
                                                  run_time duration);

}  // namespace troupe::topology
