#pragma once

#include <nlohmann/json.hpp>

#include "apps/bench/stream_plan.hpp"
#include "protocol/descriptor.hpp"

namespace troupe::bench {

/// The floor of a link: sends back what comes to the first peer at `listener`, until that goes. To
/// run in a process of its own, as `ping` is. Throws std::system_error.
[[nodiscard]] nlohmann::json echo(const descriptor& listener);

/// Sends the plan's frames at its pace to whoever listens at its link, waits for each to come back,
/// and returns the round trips' times.
[[nodiscard]] nlohmann::json ping(const stream_plan& plan);

}  // namespace troupe::bench
