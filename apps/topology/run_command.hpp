#pragma once

#include "apps/common/exit_status.hpp"
#include "apps/common/signals.hpp"
#include "apps/topology/options.hpp"

namespace troupe::topology {

/// Runs a topology until its end or a signal, and reports on it. Throws failure.
[[nodiscard]] exit_status run_command(const run_options& options, const ending_signals& signals);

}  // namespace troupe::topology
