#pragma once

#include <string>

#include "apps/inspect/model/event.hpp"
#include "protocol/clock.hpp"

namespace troupe::inspecting {

/// By the clock on the wall: "14:03:07.250".
[[nodiscard]] std::string wall_time(unix_time time);

/// "14:03:07.250 warning  source was restarted: …"
[[nodiscard]] std::string event_line(const event& happened);

}  // namespace troupe::inspecting
