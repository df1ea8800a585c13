#include "actors/delivery/connection_supervisor.hpp"

#include <string>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/delivery/peer.hpp"
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

void log_account(const client_report& report) {
  const auto& delivery = report.delivery;
  spdlog::info("client {} (pid {}) is gone: {}; produced {} = delivered {} + dropped {}{}",
               to_number(report.client), report.peer.pid, report.reason, delivery.frames_offered,
               delivery.frames_delivered, delivery.frames_dropped.total(),
               causes(delivery.frames_dropped));
}

/// Frames that wait, or went down with whoever held them.
std::uint64_t unaccounted(const delivery_counters& counters) {
  return counters.frames_offered - counters.frames_delivered - counters.frames_dropped.total();
}

}  // namespace

clients_report client_ledger::report() const {
  clients_report result{.clients_served = served,
                        .clients_connected = connected.size(),
                        .total = total_of_left,
                        .clients = {left.begin(), left.end()}};
  for (const auto& [number, client] : connected) {
    result.total += client.last_report.delivery;
    result.clients.push_back(client.last_report);
  }
  return result;
}

void client_ledger::open(connection_actor connection, const client_report& first_report,
                         std::shared_ptr<client_report> account) {
  numbers.emplace(connection.id(), first_report.client);
  connected.emplace(first_report.client,
                    entry{std::move(connection), first_report, std::move(account)});
}

std::optional<client_report> client_ledger::close(caf::actor_id connection, drop_cause cause,
                                                  const std::string& why) {
  const auto found = numbers.find(connection);
  if (found == numbers.end()) return std::nullopt;
  const auto client = connected.extract(found->second);
  numbers.erase(found);
  auto report = std::move(*client.mapped().account);
  if (report.reason.empty()) {
    report.delivery.frames_dropped[cause] += unaccounted(report.delivery);
    report.reason = why;
  }
  total_of_left += report.delivery;
  left.push_back(report);
  if (left.size() > remembered_limit) left.pop_front();
  return report;
}

void client_ledger::close() {
  while (!connected.empty())
    close(connected.begin()->second.connection.id(), drop_cause::shutdown, "the node ended");
}

void connection_supervisor_state::take_over(connection_supervisor_settings its_settings,
                                            std::shared_ptr<client_ledger> its_ledger) {
  settings = std::move(its_settings);
  ledger = std::move(its_ledger);
  for (const auto& [number, client] : ledger->connected) self->monitor(client.connection);
  self->delayed_send(self, tick_interval, tick_atom::value);
  if (has_excess()) self->delayed_send(self, newcomer_patience, evict_atom::value);
}

void connection_supervisor_state::admit(const accepted_client& client) {
  if (drained.pending()) return;  // the descriptor closes with the message
  const client_report first_report{.client = client_number{++ledger->served},
                                   .peer = identity_of_peer(client.socket->get()),
                                   .delivery = {},
                                   .reason = {}};
  if (may_log())
    spdlog::info("client {} came (pid {}, uid {})", to_number(first_report.client),
                 first_report.peer.pid, first_report.peer.uid);
  const auto account = std::make_shared<client_report>(first_report);
  const auto handle =
      self->spawn(connection, client.socket, account, settings.connection, settings.colleagues);
  self->monitor(handle);
  ledger->open(handle, first_report, account);
  if (has_excess()) self->delayed_send(self, newcomer_patience, evict_atom::value);
}

bool connection_supervisor_state::has_excess() const {
  return settings.max_clients > 0 && ledger->connected.size() > settings.max_clients;
}

/// Those at the front that were told before may still be on their way out.
void connection_supervisor_state::evict_excess() {
  if (!has_excess()) return;
  auto excess = ledger->connected.size() - settings.max_clients;
  for (const auto& [number, client] : ledger->connected) {
    if (excess-- == 0) return;
    self->send(client.connection, evict_atom::value);
  }
}

void connection_supervisor_state::note(const client_report& report) {
  const auto found = ledger->connected.find(report.client);
  if (found != ledger->connected.end()) found->second.last_report = report;
}

void connection_supervisor_state::tick() {
  for (const auto& [number, client] : ledger->connected)
    self->send(client.connection, tick_atom::value);
  begin_log_anew();
  return_memory_of_crowd();
  self->delayed_send(self, tick_interval, tick_atom::value);
}

void connection_supervisor_state::begin_log_anew() {
  if (log_lines > log_lines_per_tick)
    spdlog::info("{} more lines about clients that came or went in the last second were left out",
                 log_lines - log_lines_per_tick);
  log_lines = 0;
}

/// Once a crowd has gone and nobody else is going just now.
void connection_supervisor_state::return_memory_of_crowd() {
  if (gone >= crowd && gone == gone_at_last_tick) {
    runtime::return_free_memory();
    gone = 0;
  }
  gone_at_last_tick = gone;
}

/// Whether there is room in the log for one more line about a client.
bool connection_supervisor_state::may_log() { return ++log_lines <= log_lines_per_tick; }

void connection_supervisor_state::connection_ended(const caf::down_msg& news) {
  const auto why =
      "its connection failed: " + supervision::describe(news.reason, self->home_system());
  const auto report = ledger->close(news.source.id(), drop_cause::connection_failed, why);
  if (!report) return;
  ++gone;
  if (report->reason == why) spdlog::error("client {}: {}", to_number(report->client), why);
  if (may_log()) log_account(*report);
  if (!ledger->connected.empty() || !drained.pending()) return;
  begin_log_anew();
  drained.deliver(ledger->report());
}

caf::result<clients_report> connection_supervisor_state::drain(std::chrono::nanoseconds limit) {
  if (ledger->connected.empty()) return ledger->report();
  for (const auto& [number, client] : ledger->connected)
    self->send(client.connection, drain_atom::value, limit);
  drained = self->make_response_promise<clients_report>();
  return drained;
}

connection_supervisor_actor::behavior_type connection_supervisor(
    connection_supervisor_actor::stateful_pointer<connection_supervisor_state> self,
    connection_supervisor_settings settings, std::shared_ptr<client_ledger> ledger) {
  supervision::fail_with_exception_text(self);
  self->set_down_handler([self](caf::down_msg& news) { self->state.connection_ended(news); });
  self->state.take_over(std::move(settings), std::move(ledger));
  return {
      [self](const accepted_client& client) { self->state.admit(client); },
      [self](const client_report& report) { self->state.note(report); },
      [self](tick_atom) { self->state.tick(); },
      [self](evict_atom) { self->state.evict_excess(); },
      [self](drain_atom, std::chrono::nanoseconds limit) { return self->state.drain(limit); },
      [self](report_atom) { return self->state.ledger->report(); },
  };
}

}  // namespace troupe::delivery
