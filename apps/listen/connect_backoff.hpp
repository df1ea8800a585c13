#pragma once

#include <chrono>
#include <random>

namespace troupe::listening {

/// How often a node that was never reached is tried.
inline constexpr unsigned tries_for_first_connection = 8;

/// How long to wait after a number of tries (1 or more) failed in a row: 50 ms, doubled after every
/// third try, at most 5 s.
[[nodiscard]] std::chrono::milliseconds delay_after(unsigned failed_tries);

/// Half to one and a half of `delay`, at most 5 s, so that the listeners that lost the same node do
/// not all come back at the same time.
[[nodiscard]] std::chrono::milliseconds with_jitter(std::chrono::milliseconds delay,
                                                    std::minstd_rand& randomness);

}  // namespace troupe::listening
