#pragma once

#include <chrono>

namespace troupe::chaos {

/// What the node makes of the sound by default.
inline constexpr int opus_rate_hz = 48'000;
inline constexpr std::chrono::duration<int, std::milli> frame_duration{20};

}  // namespace troupe::chaos
