#include "apps/inspect/commands/until_ended.hpp"

#include <algorithm>
#include <array>

#include <poll.h>

#include "protocol/clock.hpp"

namespace troupe::inspecting {

void until_ended(const node_watches& nodes, const ending_signals& signals,
                 std::optional<std::chrono::nanoseconds> duration,
                 const std::function<void()>& look) {
  using namespace std::chrono_literals;
  const auto began = std::chrono::steady_clock::now();
  std::array<pollfd, 2> awaited{
      {{.fd = nodes.change_descriptor(), .events = POLLIN, .revents = 0},
       {.fd = signals.wait_descriptor(), .events = POLLIN, .revents = 0}}};
  while (true) {
    nodes.take_change();
    look();
    std::chrono::nanoseconds left = 1s;
    if (duration) left = std::min(left, *duration - (std::chrono::steady_clock::now() - began));
    if (left <= 0ns) return;
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(left);
    ::poll(awaited.data(), awaited.size(), static_cast<int>(milliseconds.count()));
    if (awaited[1].revents != 0) return;
  }
}

}  // namespace troupe::inspecting
