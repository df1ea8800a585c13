#pragma once

#include <cstdint>

#include "apps/bench/stream_plan.hpp"

namespace troupe::bench {

/// Who is at the two ends of a link.
enum class link_end : std::uint8_t { publisher, subscriber };

/// Takes this process to where the plan has that end: the network namespace that it is to be in, if
/// there is one. Throws std::system_error.
void go_to(link_end which, const stream_plan& plan);

}  // namespace troupe::bench
