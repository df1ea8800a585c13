#include "actors/delivery/connection_supervisor.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include <spdlog/spdlog.h>

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

void client_ledger::close() {
  for (auto& [number, client] : connected) {
    auto& delivery = client.last_report.delivery;
    delivery.frames_dropped[drop_cause::shutdown] += std::exchange(delivery.frames_queued, 0);
    client.last_report.reason = "the node ended";
  }
}

void connection_supervisor_state::take_over(connection_supervisor_settings its_settings,
                                            std::shared_ptr<client_ledger> its_ledger) {
  settings = std::move(its_settings);
  ledger = std::move(its_ledger);
  for (const auto& [number, client] : ledger->connected) self->monitor(client.connection);
}

void connection_supervisor_state::admit(const accepted_client& client) {
  if (drained.pending()) return;  // the descriptor closes with the message
  make_room();
  const client_number number{++ledger->served};
  const auto handle =
      self->spawn(connection, client.socket, number, settings.connection, settings.colleagues);
  self->monitor(handle);
  auto& entry = ledger->connected[number];
  entry.connection = handle;
  entry.last_report.client = number;
}

void connection_supervisor_state::make_room() {
  const auto limit = settings.max_clients;
  if (limit == 0 || ledger->connected.size() < limit) return;
  // Those at the front that were told before may still be on their way out.
  auto excess = ledger->connected.size() - limit + 1;
  for (auto& [number, client] : ledger->connected) {
    if (excess-- == 0) return;
    self->send(client.connection, evict_atom::value);
  }
}

void connection_supervisor_state::note(const client_report& report) {
  const auto found = ledger->connected.find(report.client);
  if (found == ledger->connected.end()) return;
  if (report.reason.empty()) {
    found->second.last_report = report;
  } else {
    settle(report);
  }
}

/// Closes a client's account. Its connection may not have ended yet, but has nothing more to say.
void connection_supervisor_state::settle(const client_report& last_report) {
  log_account(last_report);
  ledger->connected.erase(last_report.client);
  ledger->total_of_left += last_report.delivery;
  ledger->left.push_back(last_report);
  if (ledger->left.size() > client_ledger::remembered_limit) ledger->left.pop_front();
  if (ledger->connected.empty() && drained.pending()) drained.deliver(ledger->report());
}

/// A connection that ends without a last report has failed: the frames it held are lost.
void connection_supervisor_state::connection_ended(const caf::down_msg& news) {
  const auto found = std::find_if(
      ledger->connected.begin(), ledger->connected.end(),
      [&](const auto& client) { return client.second.connection.address() == news.source; });
  if (found == ledger->connected.end()) return;
  auto report = found->second.last_report;
  report.delivery.frames_dropped[drop_cause::connection_failed] +=
      std::exchange(report.delivery.frames_queued, 0);
  report.reason =
      "its connection failed: " + supervision::describe(news.reason, self->home_system());
  spdlog::error("client {}: {}", to_number(report.client), report.reason);
  settle(report);
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
      [self](drain_atom, std::chrono::nanoseconds limit) { return self->state.drain(limit); },
      [self](report_atom) { return self->state.ledger->report(); },
  };
}

}  // namespace troupe::delivery
