#include "actors/runtime/follower_call.hpp"

#include <array>
#include <cerrno>
#include <system_error>

#include <poll.h>
#include <sys/eventfd.h>

namespace troupe::runtime {

follower_call::follower_call() : calls_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE)) {
  if (!calls_) throw std::system_error{errno, std::generic_category(), "eventfd"};
}

void follower_call::call(std::size_t followers) { ::eventfd_write(calls_.get(), followers); }

void follower_call::await() const {
  std::array<pollfd, 2> waiting{pollfd{.fd = calls_.get(), .events = POLLIN, .revents = 0},
                                pollfd{.fd = guard_.descriptor(), .events = POLLIN, .revents = 0}};
  eventfd_t call = 0;
  // Others wait as well, and may be the ones who hear it.
  while (::eventfd_read(calls_.get(), &call) != 0 && !guard_.take())
    ::poll(waiting.data(), waiting.size(), -1);
}

}  // namespace troupe::runtime
