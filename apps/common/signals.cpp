#include "apps/common/signals.hpp"

#include <cerrno>
#include <csignal>
#include <system_error>

#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace troupe {

ending_signals::ending_signals() {
  // A shell without job control starts background programs with SIGINT ignored, and what is
  // ignored never reaches a signalfd. SIGHUP stays ignored where nohup wants it so.
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);

  sigset_t signals{};
  sigemptyset(&signals);
  for (const int each : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, each);
  const int error = pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  if (error != 0) throw std::system_error{error, std::generic_category(), "blocking signals"};
  descriptor_ = descriptor{::signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC)};
  if (!descriptor_) throw std::system_error{errno, std::generic_category(), "signalfd"};
}

int ending_signals::take() const {
  signalfd_siginfo information{};
  const auto size = ::read(descriptor_.get(), &information, sizeof information);
  return size == sizeof information ? static_cast<int>(information.ssi_signo) : 0;
}

}  // namespace troupe
