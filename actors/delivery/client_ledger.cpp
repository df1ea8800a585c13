#include "actors/delivery/client_ledger.hpp"

#include <algorithm>
#include <utility>

#include "protocol/clock.hpp"

namespace troupe::delivery {
namespace {

bool is_at_other_node(const client_report& client) { return !client.address.empty(); }

/// What waits for the client, or went down with whoever held it, in the inbox too, is dropped.
void close_account(client_report& account, const frame_inbox& inbox, drop_cause cause,
                   const std::string& why) {
  auto& counters = account.delivery;
  counters.frames_offered = std::max(counters.frames_offered + inbox.unseen(), inbox.posted());
  counters.frames_dropped[cause] +=
      counters.frames_offered - counters.frames_delivered - counters.frames_dropped.total();
  counters.frames_queued = 0;
  account.reason = why;
}

}  // namespace

client_number client_ledger::next_number() {
  const std::lock_guard lock{mutex_};
  return client_number{++served_};
}

void client_ledger::open(connection_actor connection, const client_report& first_report,
                         std::shared_ptr<client_report> account, frame_inbox_ptr inbox) {
  const std::lock_guard lock{mutex_};
  numbers_.emplace(connection.id(), first_report.client);
  connected_
      .emplace(first_report.client, entry{.connection = std::move(connection),
                                          .last_report = first_report,
                                          .account = std::move(account),
                                          .inbox = std::move(inbox)})
      .first->second.last_report.counted = unix_now();
}

std::optional<client_report> client_ledger::note(const client_report& report) {
  const std::lock_guard lock{mutex_};
  const auto found = connected_.find(report.client);
  if (found == connected_.end()) return std::nullopt;
  auto before = std::exchange(found->second.last_report, report);
  found->second.last_report.counted = unix_now();
  return before;
}

std::optional<client_report> client_ledger::close(caf::actor_id connection, drop_cause cause,
                                                  const std::string& why) {
  const std::lock_guard lock{mutex_};
  const auto found = numbers_.find(connection);
  if (found == numbers_.end()) return std::nullopt;
  const auto client = connected_.find(found->second);
  auto report = *client->second.account;
  if (report.reason.empty()) close_account(report, *client->second.inbox, cause, why);
  report.counted = unix_now();
  left_.push_back(report);
  // Nothing is thrown from here on: an account that could not be closed is still open.
  total_of_left_ += report.delivery;
  if (is_at_other_node(report)) total_of_left_links_ += report.delivery;
  if (left_.size() > remembered_limit) left_.pop_front();
  connected_.erase(client);
  numbers_.erase(found);
  return report;
}

template <class ReportOf>
clients_report client_ledger::report_with(ReportOf&& report_of) const {
  const std::lock_guard lock{mutex_};
  clients_report result{.clients_served = served_,
                        .clients_connected = connected_.size(),
                        .total = total_of_left_,
                        .total_of_links = total_of_left_links_,
                        .clients = {left_.begin(), left_.end()}};
  for (const auto& [number, client] : connected_) {
    result.clients.push_back(report_of(client));
    const auto& told = result.clients.back();
    result.total += told.delivery;
    if (is_at_other_node(told)) result.total_of_links += told.delivery;
  }
  return result;
}

clients_report client_ledger::report() const {
  return report_with([](const entry& client) { return client.last_report; });
}

clients_report client_ledger::final_report() const {
  return report_with([](const entry& client) {
    auto report = client.last_report;
    close_account(report, *client.inbox, drop_cause::shutdown,
                  "its connection did not end with the node");
    return report;
  });
}

std::size_t client_ledger::connected() const {
  const std::lock_guard lock{mutex_};
  return connected_.size();
}

std::vector<connection_actor> client_ledger::connections() const {
  const std::lock_guard lock{mutex_};
  std::vector<connection_actor> result;
  result.reserve(connected_.size());
  for (const auto& [number, client] : connected_) result.push_back(client.connection);
  return result;
}

void client_ledger::set_tuning(const delivery_tuning& tuning) {
  const std::lock_guard lock{mutex_};
  tuning_ = tuning;
}

std::optional<delivery_tuning> client_ledger::tuning() const {
  const std::lock_guard lock{mutex_};
  return tuning_;
}

double client_ledger::median_dropped_share() {
  const std::lock_guard lock{mutex_};
  std::vector<double> shares;
  for (auto& [number, client] : connected_) {
    const auto& told = client.last_report.delivery;
    const auto dropped_now = told.frames_dropped[drop_cause::queue_full];
    const auto offered =
        told.frames_offered - std::exchange(client.offered_before, told.frames_offered);
    const auto dropped = dropped_now - std::exchange(client.dropped_before, dropped_now);
    if (offered > 0)
      shares.push_back(std::min(1.0, static_cast<double>(dropped) / static_cast<double>(offered)));
  }
  if (shares.empty()) return 0;
  const auto middle = shares.begin() + static_cast<std::ptrdiff_t>((shares.size() - 1) / 2);
  std::nth_element(shares.begin(), middle, shares.end());
  return *middle;
}

connection_actor client_ledger::connection_of(client_number client) const {
  const std::lock_guard lock{mutex_};
  const auto found = connected_.find(client);
  return found == connected_.end() ? connection_actor{} : found->second.connection;
}

}  // namespace troupe::delivery
