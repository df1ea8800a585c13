#include "apps/inspect/terminal/window_changes.hpp"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <system_error>

#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace troupe::inspecting::terminal {
namespace {

/// For the handler, which may run in any thread: a signalfd would miss what another thread takes.
std::atomic<int> changes{-1};

void note_change(int) {
  const int kept = errno;
  const std::uint64_t once = 1;
  static_cast<void>(!::write(changes.load(), &once, sizeof once));
  errno = kept;
}

}  // namespace

window_changes::window_changes() {
  changes = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (changes < 0) throw std::system_error{errno, std::generic_category(), "eventfd"};
  struct sigaction action {};
  action.sa_handler = note_change;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGWINCH, &action, nullptr);
}

window_changes::~window_changes() {
  std::signal(SIGWINCH, SIG_DFL);
  ::close(changes.exchange(-1));
}

int window_changes::wait_descriptor() const { return changes; }

void window_changes::take() const {
  std::uint64_t count = 0;
  static_cast<void>(!::read(changes, &count, sizeof count));
}

screen_size window_size() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
    return {};
  return {size.ws_row, size.ws_col};
}

}  // namespace troupe::inspecting::terminal
