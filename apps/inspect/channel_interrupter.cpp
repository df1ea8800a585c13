#include "apps/inspect/channel_interrupter.hpp"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>

namespace troupe::inspecting {

channel_interrupter::channel_interrupter(int awaited, std::vector<node_channel*> channels)
    : channels_(std::move(channels)), ending_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!ending_) throw std::system_error{errno, std::generic_category(), "eventfd"};
  thread_ = std::jthread{[this, awaited] { wait_for(awaited); }};
}

channel_interrupter::~channel_interrupter() { ::eventfd_write(ending_.get(), 1); }

void channel_interrupter::wait_for(int awaited) const {
  std::array<pollfd, 2> either{{{.fd = awaited, .events = POLLIN, .revents = 0},
                                {.fd = ending_.get(), .events = POLLIN, .revents = 0}}};
  while (::poll(either.data(), either.size(), -1) < 0 && errno == EINTR) continue;
  if (either[0].revents == 0) return;
  for (auto* const each : channels_) each->interrupt();
}

}  // namespace troupe::inspecting
