#include "actors/delivery/client_registry.hpp"

#include <algorithm>
#include <new>
#include <span>
#include <string>
#include <utility>

#include <spdlog/fmt/fmt.h>

#include "actors/delivery/peer.hpp"
#include "actors/probe/journal.hpp"
#include "actors/runtime/memory.hpp"
#include "actors/supervision/failure_text.hpp"

namespace troupe::delivery {
namespace {

std::string causes(const drop_counters& dropped) {
  std::string result;
  for (std::size_t i = 0; i < drop_cause_count; ++i) {
    const auto cause = static_cast<drop_cause>(i);
    if (dropped[cause] == 0) continue;
    result += fmt::format("{}{} {}", result.empty() ? "" : ", ", to_string(cause), dropped[cause]);
  }
  return result.empty() ? "" : " (" + result + ")";
}

/// Who a client is, for people.
std::string origin(const client_report& report) {
  return report.address.empty() ? fmt::format("pid {}, uid {}", report.peer.pid, report.peer.uid)
                                : fmt::format("the node {}", report.address);
}

void log_account(const client_report& report) {
  const auto& delivery = report.delivery;
  probe::tell(probe::event_kind::client, probe::event_level::info, to_string(report.client),
              fmt::format("client {} ({}) is gone: {}; produced {} = delivered {} + dropped {}{}",
                          to_number(report.client), origin(report), report.reason,
                          delivery.frames_offered, delivery.frames_delivered,
                          delivery.frames_dropped.total(), causes(delivery.frames_dropped)));
}

void log_pace(const client_report& report) {
  probe::tell(
      probe::event_kind::client, probe::event_level::info, to_string(report.client),
      fmt::format("client {} ({}) reads {}: {} frames may wait for it, and {} KiB in the kernel",
                  to_number(report.client), origin(report), to_string(report.pace),
                  report.tuning.queue_frames, report.tuning.socket_buffer_bytes / 1024));
}

/// Runs while CAF cleans up after the connection, where nothing may be thrown: out of memory, the
/// account stays open until the node's end.
void close_account(client_ledger& ledger, caf::actor_id connection, const caf::error& reason,
                   caf::actor_system& system, const client_registry_actor& registry) noexcept {
  try {
    const bool is_end = reason == caf::exit_reason::user_shutdown;
    const auto why = is_end ? "the node ended"
                            : "its connection failed: " + supervision::describe(reason, system);
    const auto cause = is_end ? drop_cause::shutdown : drop_cause::connection_failed;
    if (auto closed = ledger.close(connection, cause, why))
      caf::anon_send(registry, *std::move(closed));
  } catch (const std::bad_alloc&) {
  }
}

}  // namespace

void client_registry_state::take_over(client_registry_settings its_settings,
                                      std::shared_ptr<client_ledger> its_ledger) {
  settings = std::move(its_settings);
  ledger = std::move(its_ledger);
  // The one before may not have told them all.
  tell_tuning();
  self->scheduled_send(self, next_beat(self->clock().now(), tick_interval), tick_atom::value);
  if (has_excess()) self->delayed_send(self, newcomer_patience, evict_atom::value);
}

void client_registry_state::admit(const accepted_client& client) {
  if (ends) return;  // the descriptor closes with the message
  client_report first_report;
  first_report.peer = identity_of_peer(client.socket->get());
  have_made(
      first_report,
      [socket = client.socket, settings = settings](caf::actor_system& system,
                                                    const client_place& place) {
        auto its_settings = settings.connection;
        its_settings.tuning = place.tuning;
        return caf::actor_cast<caf::strong_actor_ptr>(system.spawn(
            connection, socket, place.account, place.inbox, its_settings, settings.colleagues));
      },
      [](const caf::strong_actor_ptr&) {});
}

caf::result<caf::strong_actor_ptr> client_registry_state::admit(const arriving_client& client) {
  if (ends) return caf::make_error(caf::sec::runtime_error, "the node ends");
  client_report first_report;
  first_report.address = client.address;
  auto answer = self->make_response_promise<caf::strong_actor_ptr>();
  have_made(
      first_report, client.make_connection, [answer](const caf::strong_actor_ptr& made) mutable {
        if (made) {
          answer.deliver(made);
        } else {
          answer.deliver(caf::make_error(caf::sec::runtime_error, "the node has no room for it"));
        }
      });
  return answer;
}

/// `when_made` is called with the connection, or null if it could not be made.
template <class WhenMade>
void client_registry_state::have_made(const client_report& first_report, connection_maker make,
                                      WhenMade when_made) {
  auto numbered = first_report;
  numbered.client = ledger->next_number();
  if (may_log())
    probe::tell(probe::event_kind::client, probe::event_level::info, to_string(numbered.client),
                fmt::format("client {} came ({})", to_number(numbered.client), origin(numbered)));
  ++awaited;
  self->request(settings.connection_supervisor, caf::infinite, start_atom::value,
                connection_for(numbered, std::move(make)))
      .then(
          [this, when_made](const caf::strong_actor_ptr& made) mutable {
            when_made(made);
            admitted(made);
          },
          [this, when_made](const caf::error&) mutable {
            when_made(caf::strong_actor_ptr{});
            admitted(nullptr);
          });
}

/// `connection` is null if it could not be made.
void client_registry_state::admitted(const caf::strong_actor_ptr& connection) {
  --awaited;
  if (ends) {
    if (connection)
      self->send(caf::actor_cast<connection_actor>(connection), drain_atom::value, drain_limit);
    finish_drain();
  } else if (has_excess()) {
    self->delayed_send(self, newcomer_patience, evict_atom::value);
  }
}

/// Its account is opened and closed with it, whoever else is away.
child_maker client_registry_state::connection_for(const client_report& first_report,
                                                  connection_maker make) const {
  return {.name = fmt::format("connection:{}", to_number(first_report.client)),
          .make = [=, make = std::move(make), usual = settings.connection.tuning, ledger = ledger,
                   registry = settings.colleagues.client_registry](caf::actor_system& system) {
            const client_place place{.account = std::make_shared<client_report>(first_report),
                                     .inbox = caf::make_counted<frame_inbox>(),
                                     .tuning = ledger->tuning().value_or(usual)};
            auto made = make(system, place);
            const auto handle = caf::actor_cast<connection_actor>(made);
            ledger->open(handle, first_report, place.account, place.inbox);
            // It may have changed before the connection was there to be told.
            if (const auto tuning = ledger->tuning(); tuning && *tuning != place.tuning)
              caf::anon_send(handle, *tuning);
            handle->attach_functor(
                [ledger, id = handle.id(), &system, registry](const caf::error& reason) {
                  close_account(*ledger, id, reason, system, registry);
                });
            return made;
          }};
}

bool client_registry_state::has_excess() const {
  return settings.max_clients > 0 && ledger->connected() > settings.max_clients;
}

/// Those at the front that were told before may still be on their way out.
void client_registry_state::evict_excess() {
  if (!has_excess()) return;
  const auto connections = ledger->connections();
  const auto excess = connections.size() - std::min(connections.size(), settings.max_clients);
  for (const auto& connection : std::span{connections}.first(excess))
    self->send(connection, evict_atom::value);
}

void client_registry_state::note(const client_report& report) {
  if (report.reason.empty()) {
    const auto before = ledger->note(report);
    if (before && before->pace != report.pace && may_log()) log_pace(report);
  } else {
    client_gone(report);
  }
}

void client_registry_state::set_usual(const delivery_tuning& usual) {
  if (ledger->tuning() == usual) return;
  ledger->set_tuning(usual);
  tell_tuning();
}

void client_registry_state::tell_tuning() {
  const auto tuning = ledger->tuning();
  if (!tuning) return;
  for (const auto& connection : ledger->connections()) self->send(connection, *tuning);
}

void client_registry_state::tick() {
  for (const auto& connection : ledger->connections()) self->send(connection, tick_atom::value);
  begin_log_anew();
  return_memory_of_crowd();
  // For clients whose connections were made while nobody heard of it.
  if (has_excess()) self->delayed_send(self, newcomer_patience, evict_atom::value);
  self->scheduled_send(self, next_beat(self->clock().now(), tick_interval), tick_atom::value);
}

void client_registry_state::begin_log_anew() {
  if (log_lines > log_lines_per_tick)
    probe::tell(
        probe::event_kind::client, probe::event_level::info, "clients",
        fmt::format(
            "{} more lines about clients that came or went in the last second were left out",
            log_lines - log_lines_per_tick));
  log_lines = 0;
}

/// Once a crowd has gone and nobody else is going just now.
void client_registry_state::return_memory_of_crowd() {
  if (gone >= crowd && gone == gone_at_last_tick) {
    runtime::return_free_memory();
    gone = 0;
  }
  gone_at_last_tick = gone;
}

/// Whether there is room in the log for one more line about a client.
bool client_registry_state::may_log() { return ++log_lines <= log_lines_per_tick; }

void client_registry_state::client_gone(const client_report& account) {
  ++gone;
  self->send(settings.colleagues.latency_monitor, gone_atom::value, account.client);
  if (may_log()) log_account(account);
  finish_drain();
}

caf::result<clients_report> client_registry_state::drain(std::chrono::nanoseconds limit) {
  ends = true;
  drained = self->make_response_promise<clients_report>();
  drain_limit = limit;
  for (const auto& connection : ledger->connections())
    self->send(connection, drain_atom::value, limit);
  auto answer = drained;
  finish_drain();
  return answer;
}

void client_registry_state::finish_drain() {
  if (!drained.pending() || awaited > 0 || ledger->connected() > 0) return;
  begin_log_anew();
  drained.deliver(ledger->report());
}

client_registry_actor::behavior_type client_registry(
    supervision::player_pointer<client_registry_actor, client_registry_state> self,
    client_registry_settings settings, std::shared_ptr<client_ledger> ledger) {
  self->state.take_over(std::move(settings), std::move(ledger));
  return {
      [self](const accepted_client& client) { self->state.admit(client); },
      [self](const arriving_client& client) { return self->state.admit(client); },
      [self](const client_report& report) { self->state.note(report); },
      [self](tick_atom) { self->state.tick(); },
      [self](const delivery_tuning& usual) { self->state.set_usual(usual); },
      [self](evict_atom) { self->state.evict_excess(); },
      [self](drain_atom, std::chrono::nanoseconds limit) { return self->state.drain(limit); },
      [self](report_atom) { return self->state.ledger->report(); },
  };
}

}  // namespace troupe::delivery
