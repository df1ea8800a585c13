#pragma once

#include <chrono>
#include <thread>

namespace troupe::test {

/// For what happens on other threads: returns when `is_so` returns true, or after five seconds.
template <class Condition>
void wait_until(const Condition& is_so) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{5};
  while (!is_so() && std::chrono::steady_clock::now() < give_up)
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
}

}  // namespace troupe::test
