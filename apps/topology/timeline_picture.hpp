#pragma once

#include <string>

#include "apps/topology/judged_run.hpp"

namespace troupe::topology {

/// A run as a picture (SVG): a row for each listener with bars while it heard sound, and faults as
/// lines and bands across. Where there are many, those of one planned listener share a row, whose
/// bar is the paler the fewer of them heard; then those without a break share one.
[[nodiscard]] std::string to_picture(const judged_run& run);

}  // namespace troupe::topology
