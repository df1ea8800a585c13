#include "actors/delivery/acceptor.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include "actors/supervision/failure_text.hpp"

namespace troupe::delivery {
namespace {

/// The client gave up, or the call was interrupted: the next one may be well.
bool is_passing(int error) {
  return error == EINTR || error == ECONNABORTED || error == EPROTO || error == EPERM;
}

}  // namespace

void acceptor_state::open(acceptor_settings its_settings) {
  settings = std::move(its_settings);
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  descriptors_for_clients = limit.rlim_cur - std::min(reserved_descriptors, limit.rlim_cur / 4);
  if (settings.listener->descriptor() < 0) return;
  watch.emplace(*settings.poller, settings.listener->descriptor(), self->ctrl());
  watch->arm(runtime::interest::read);
}

void acceptor_state::accept_waiting() {
  if (!watch) return;
  for (int i = 0; i < accept_budget; ++i) {
    if (!has_descriptor_for_client()) {
      pause(EMFILE);
      return;
    }
    descriptor client{
        ::accept4(settings.listener->descriptor(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
    if (client) {
      next_pause = first_pause;
      self->send(settings.connections,
                 accepted_client{std::make_shared<descriptor>(std::move(client))});
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      break;
    } else if (!is_passing(errno)) {
      pause(errno);
      return;
    }
  }
  watch->arm(runtime::interest::read);
}

/// The kernel gives out the lowest number that is free, so a copy shows how many are taken.
bool acceptor_state::has_descriptor_for_client() const {
  const descriptor copy{::fcntl(settings.listener->descriptor(), F_DUPFD_CLOEXEC, 0)};
  return copy && static_cast<rlim_t>(copy.get()) < descriptors_for_clients;
}

void acceptor_state::pause(int error) {
  if (next_pause == first_pause)
    spdlog::warn("clients have to wait at {}: {}; trying again until there is room",
                 settings.listener->path(), std::generic_category().message(error));
  self->delayed_send(self, next_pause, tick_atom::value);
  next_pause = std::min(next_pause * 2, longest_pause);
}

void acceptor_state::close() {
  watch.reset();
  settings.listener->close();
}

acceptor_actor::behavior_type acceptor(acceptor_actor::stateful_pointer<acceptor_state> self,
                                       acceptor_settings settings) {
  supervision::fail_with_exception_text(self);
  self->state.open(std::move(settings));
  return {
      [self](const readiness&) { self->state.accept_waiting(); },
      [self](tick_atom) { self->state.accept_waiting(); },
      [self](stop_atom) {
        const bool was_open = self->state.watch.has_value();
        self->state.close();
        return was_open;
      },
  };
}

}  // namespace troupe::delivery
