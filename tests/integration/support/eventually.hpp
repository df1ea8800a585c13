#pragma once

#include <chrono>
#include <thread>

namespace troupe::test {

/// Asks `condition` again and again, with short pauses, until it holds or `timeout` has passed.
/// Returns whether it held.
template <class Condition>
[[nodiscard]] bool eventually(Condition condition, std::chrono::milliseconds timeout) {
  const auto until = std::chrono::steady_clock::now() + timeout;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return true;
}

}  // namespace troupe::test
