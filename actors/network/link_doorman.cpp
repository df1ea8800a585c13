#include "actors/network/link_doorman.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "actors/network/refusal_log.hpp"
#include "actors/network/tcp_socket.hpp"

namespace troupe::network {
namespace {

constexpr int accept_budget = 16;
/// Connected at once: each takes a descriptor, and some kilobytes.
constexpr std::size_t most_peers = 1000;
/// Of these, who have not said yet what nodes say first: in all, and from one host.
constexpr std::size_t most_newcomers = 200;
constexpr std::ptrdiff_t most_newcomers_of_host = 50;

}  // namespace

link_doorman::link_doorman(multiplexer& where, descriptor listener, node_address at,
                           std::shared_ptr<const tls_context> tls, const link_limits& limits)
    : caf::io::doorman(caf::io::accept_handle::from_int(where.next_handle())),
      multiplexer_(where),
      listener_(std::move(listener)),
      at_(std::move(at)),
      tls_(std::move(tls)),
      limits_(limits),
      events_(caf::make_counted<event_port>(where)) {}

void link_doorman::launch() {
  events_->open(listener_.get(), [self = caf::intrusive_ptr<link_doorman>{this}](const readiness&) {
    self->take_in();
  });
  multiplexer_.look_after(*this);
  arm();
}

void link_doorman::look(steady_time) {
  if (std::exchange(waits_for_room_, false)) arm();
}

void link_doorman::take_in() {
  for (int i = 0; i < accept_budget && new_connection(); ++i) {
  }
  if (!waits_for_room_) arm();
}

/// Whether there may be another.
bool link_doorman::new_connection() {
  if (detached() || !listener_) return false;
  auto accepted = accept_peer(listener_.get());
  if (!accepted) {
    waits_for_room_ = errno != EAGAIN && errno != EWOULDBLOCK;
    return false;
  }
  make_room_for(accepted->peer);
  if (multiplexer_.in_care() >= most_peers) {
    refusal_log::shared().tell("a peer at " + accepted->peer.host,
                               fmt::format("there are {} already", most_peers));
    return true;
  }
  const auto added = caf::make_counted<link_scribe>(
      multiplexer_, make_stream(std::move(accepted->socket), initiative::theirs, tls_),
      accepted->peer, initiative::theirs, link_purpose::unknown, limits_);
  newcomers_.push_back(added);
  parent()->add_scribe(added);
  return doorman::new_connection(&multiplexer_, added->hdl());
}

/// Whoever opens connections and says nothing keeps nobody out: of too many, the earliest goes.
void link_doorman::make_room_for(const node_address& peer) {
  std::erase_if(newcomers_,
                [](const auto& each) { return each->is_over() || each->has_greeted(); });
  const auto is_of_host = [&](const auto& each) { return each->addr() == peer.host; };
  auto goes = newcomers_.end();
  if (std::ranges::count_if(newcomers_, is_of_host) >= most_newcomers_of_host)
    goes = std::ranges::find_if(newcomers_, is_of_host);
  else if (newcomers_.size() >= most_newcomers)
    goes = newcomers_.begin();
  if (goes == newcomers_.end()) return;
  const auto gone = *goes;
  newcomers_.erase(goes);
  gone->refuse("it said nothing while many others came");
}

void link_doorman::graceful_shutdown() {
  const caf::intrusive_ptr<link_doorman> kept{this};
  close();
  detach(&multiplexer_, false);
}

void link_doorman::arm() {
  if (listener_) events_->arm(runtime::interest::read);
}

void link_doorman::close() {
  multiplexer_.forget(*this);
  events_->close();
  listener_.reset();
}

}  // namespace troupe::network
