#pragma once

#include <vector>

#include <prometheus/metric_family.h>

#include "apps/node/inspection/inspected_node.hpp"

namespace troupe {

/// What a node tells Prometheus. Names and units are as Prometheus has them: seconds, bytes, and
/// _total at the end of what only grows. There is nothing by client: there may be thousands.
[[nodiscard]] std::vector<prometheus::MetricFamily> metric_families(const inspected_node& node);

}  // namespace troupe
