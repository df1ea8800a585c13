#include "tests/chaos/stall_watch.hpp"

#include <utility>

namespace troupe::chaos {

stall_watch::stall_watch() : thread_([this](const std::stop_token& over) { watch(over); }) {}

std::vector<stall> stall_watch::take_stalls() {
  thread_.request_stop();
  thread_.join();
  return std::move(stalls_);
}

void stall_watch::watch(const std::stop_token& over) {
  while (!over.stop_requested()) {
    const auto due = std::chrono::steady_clock::now() + period;
    std::this_thread::sleep_until(due);
    const auto now = std::chrono::steady_clock::now();
    if (now - due > usual_lateness) stalls_.push_back({.from = due, .to = now});
  }
}

}  // namespace troupe::chaos
