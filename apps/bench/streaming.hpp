#pragma once

#include <functional>
#include <string>

#include <nlohmann/json.hpp>

#include "apps/bench/reader.hpp"
#include "apps/bench/stream_plan.hpp"
#include "apps/common/signals.hpp"

namespace troupe::bench {

/// Serves one run and returns what it cost.
using server = std::function<nlohmann::json(const stream_plan& plan, shared_progress& progress)>;

/// Runs a server, and the reader of its clients, in processes of their own. Returns what both
/// measured, and frames_lost: what the listeners should have read and did not. Throws
/// failure{not_permitted} where there are not enough descriptors, std::runtime_error when one of
/// them failed or the run hangs, and `interrupted`.
[[nodiscard]] nlohmann::json stream(const std::string& name, const server& serve,
                                    const stream_plan& plan, const ending_signals& signals);

}  // namespace troupe::bench
