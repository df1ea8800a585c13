#include "apps/listen/link_client.hpp"

#include <mutex>
#include <stdexcept>
#include <utility>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "actors/network/link_receiver.hpp"
#include "actors/network/network_system.hpp"
#include "actors/runtime/actor_system.hpp"
#include "actors/runtime/reactor.hpp"
#include "actors/runtime/wakeable_actor.hpp"
#include "actors/supervision/failure_text.hpp"

namespace troupe::listening {
namespace {

using namespace std::chrono_literals;

/// How things stand with the link is looked at so often.
constexpr auto look_interval = 250ms;
constexpr auto look_interval_before_first_link = 20ms;
/// Once a node has ended in good order, another of several has so long to serve in its place.
constexpr auto time_for_another = 3s;

struct arrived_packet {
  frame_ptr frame;
  unix_time received;
  steady_time received_steady;
};

/// Where the actors lay packets, and the listener's thread takes them from.
class packet_tray {
 public:
  [[nodiscard]] int descriptor() const { return bell_.get(); }

  void put(frame_ptr frame) {
    {
      const std::lock_guard lock{mutex_};
      packets_.push_back({std::move(frame), unix_now(), std::chrono::steady_clock::now()});
    }
    ::eventfd_write(bell_.get(), 1);
  }
  [[nodiscard]] std::vector<arrived_packet> take() {
    eventfd_t rung = 0;
    ::eventfd_read(bell_.get(), &rung);
    const std::lock_guard lock{mutex_};
    return std::exchange(packets_, {});
  }

  void fail(const std::string& why) {
    const std::lock_guard lock{mutex_};
    failure_ = why;
  }
  [[nodiscard]] std::string failure() const {
    const std::lock_guard lock{mutex_};
    return failure_;
  }

 private:
  troupe::descriptor bell_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  mutable std::mutex mutex_;
  std::vector<arrived_packet> packets_;
  std::string failure_;
};

using waking_actor = runtime::wakeable_actor<caf::event_based_actor>;

/// In the place of a frame processor: one listener is there, and takes all.
caf::behavior packet_forwarder(waking_actor* self, const std::shared_ptr<frame_backlog>& backlog,
                               const std::shared_ptr<packet_tray>& tray) {
  const auto taker = backlog->begin_taking(caf::strong_actor_ptr{self->ctrl()});
  // The backlog holds whoever takes.
  self->set_wake_up_handler([=, waiting = std::weak_ptr{backlog}] {
    const auto frames = waiting.lock();
    if (!frames) return;
    const bool has_more =
        frames->take_some(taker, 64, [&](frame_ptr frame) { tray->put(std::move(frame)); });
    if (has_more) self->wake(self->context());
  });
  self->wake(self->context());
  return {[](tick_atom) {}};
}

struct networked_config : runtime::node_system_config {
  networked_config() { network::add_network(*this); }
};

std::string listener_name() { return fmt::format("troupe-listen, pid {}", ::getpid()); }

}  // namespace

struct link_client::parts {
  parts(const link_source& its_source, std::shared_ptr<const network::tls_context> tls)
      : source(its_source) {
    const network::link_receiver_colleagues colleagues{
        .poller = &runtime::reactor::of(system).poller(),
        .broker = network::broker_of(system),
        .frames = backlog,
        .latency_monitor = {},
        .position = std::make_shared<network::node_position>(listener_name()),
        .record = record};
    forwarder = system.spawn(packet_forwarder, backlog, tray);
    receiver =
        system.spawn(network::link_receiver,
                     network::link_settings{.source = source, .tls = std::move(tls)}, colleagues);
    receiver->attach_functor([tray = tray, &in = system](const caf::error& reason) {
      if (reason != caf::exit_reason::user_shutdown) tray->fail(supervision::describe(reason, in));
    });
  }
  ~parts() {
    caf::scoped_actor self{system};
    self->request(receiver, 500ms, stop_atom::value)
        .receive([](const source_report&) {}, [](const caf::error&) {});
    self->send_exit(receiver, caf::exit_reason::user_shutdown);
    self->send_exit(forwarder, caf::exit_reason::user_shutdown);
  }

  link_source source;
  std::shared_ptr<network::upstream_record> record = std::make_shared<network::upstream_record>();
  std::shared_ptr<frame_backlog> backlog = std::make_shared<frame_backlog>();
  std::shared_ptr<packet_tray> tray = std::make_shared<packet_tray>();
  networked_config config;
  caf::actor_system system{config};
  caf::actor forwarder;
  link_receiver_actor receiver;
};

link_client::link_client(const link_source& source, std::shared_ptr<const network::tls_context> tls,
                         node_observer& observer)
    : observer_(observer), parts_(std::make_unique<parts>(source, std::move(tls))) {}

link_client::~link_client() = default;

pollfd link_client::interest() const {
  return {.fd = parts_->tray->descriptor(), .events = POLLIN, .revents = 0};
}

void link_client::advance(steady_time now) {
  if (const auto why = parts_->tray->failure(); !why.empty())
    throw std::runtime_error{"the link failed: " + why};
  hand_on_packets();
  follow_link(now);
  deadline_ = now + (reached() ? look_interval : look_interval_before_first_link);
}

void link_client::hand_on_packets() {
  for (const auto& packet : parts_->tray->take()) {
    const auto& info = packet.frame->info();
    if (format_ != info.format) observer_.on_format(info.format);
    format_ = info.format;
    observer_.on_packet({.bytes = packet.frame->packet(),
                         .timestamp = info.captured,
                         .received = packet.received,
                         .received_steady = packet.received_steady});
  }
}

void link_client::follow_link(steady_time now) {
  const auto report = parts_->record->report();
  if (std::exchange(losses_, report.losses) != report.losses) observer_.on_lost();
  counters_.bytes = report.bytes_received;
  counters_.reconnects = report.returns;
  follow_goodbyes(report, now);
  if (report.connects == 0 && report.refusals >= tries_for_first_link) throw refusal();
}

/// The sound has stopped when the last node has, not when one of them has.
void link_client::follow_goodbyes(const network::upstream_report& report, steady_time now) {
  if (std::exchange(goodbyes_, report.goodbyes) != report.goodbyes) alone_since_ = now;
  if (!alone_since_) return;
  const bool has_others = parts_->source.upstreams.size() > 1;
  if (has_others && !report.upstream.empty()) {
    alone_since_.reset();
  } else if (!has_others || now - *alone_since_ >= time_for_another) {
    counters_.stops = report.goodbyes;
  }
}

bool link_client::connected() const { return !parts_->record->report().upstream.empty(); }

bool link_client::reached() const { return parts_->record->report().connects > 0; }

failure link_client::refusal() const {
  const auto report = parts_->record->report();
  return {failure_kind::no_node,
          fmt::format(
              "no node answers at {}: {}; start one with: troupe-node --listen HOST:PORT",
              to_string(source_address{parts_->source}),
              report.last_refusal.empty() ? "it was not tried long enough" : report.last_refusal)};
}

std::optional<network::upstream_report> link_client::link() const {
  return parts_->record->report();
}

}  // namespace troupe::listening
