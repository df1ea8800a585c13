#include "actors/delivery/acceptor.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <spdlog/fmt/fmt.h>

#include "actors/probe/journal.hpp"

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
  if (!watch || settings.listener->descriptor() < 0) return;
  for (int i = 0; i < accept_budget; ++i) {
    if (!has_descriptor_for_client()) {
      pause(EMFILE);
      return;
    }
    auto client = settings.listener->accept();
    if (client) {
      next_pause = first_pause;
      self->send(settings.clients,
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

bool acceptor_state::has_descriptor_for_client() const {
  const auto taken = settings.listener->descriptors_taken();
  return taken && *taken < descriptors_for_clients;
}

void acceptor_state::pause(int error) {
  if (next_pause == first_pause)
    probe::tell(probe::event_kind::client, probe::event_level::warning, "clients",
                fmt::format("clients have to wait at {}: {}; trying again until there is room",
                            settings.listener->path(), std::generic_category().message(error)));
  self->delayed_send(self, next_pause, tick_atom::value);
  next_pause = std::min(next_pause * 2, longest_pause);
}

void acceptor_state::close() {
  watch.reset();
  settings.listener->close();
}

acceptor_actor::behavior_type acceptor(
    supervision::player_pointer<acceptor_actor, acceptor_state> self, acceptor_settings settings) {
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
