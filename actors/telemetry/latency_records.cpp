#include "actors/telemetry/latency_records.hpp"

#include <algorithm>
#include <utility>

namespace troupe::telemetry {
namespace {

using std::chrono::nanoseconds;

constexpr std::array alarms{latency_alarm::target, latency_alarm::average, latency_alarm::peak,
                            latency_alarm::jitter};

std::array<stage_statistics, latency_stage_count> statistics_of_all_stages() {
  return {stage_statistics{latency_stage::capture}, stage_statistics{latency_stage::encode},
          stage_statistics{latency_stage::queue},   stage_statistics{latency_stage::write},
          stage_statistics{latency_stage::total},   stage_statistics{latency_stage::end_to_end},
          stage_statistics{latency_stage::link}};
}

template <class T>
void add_bounded(std::deque<T>& last_ones, const T& added, std::size_t limit) {
  last_ones.push_back(added);
  if (last_ones.size() > limit) last_ones.pop_front();
}

}  // namespace

latency_records::latency_records(const latency_thresholds& thresholds)
    : thresholds_(thresholds), stages_(statistics_of_all_stages()) {}

stage_statistics& latency_records::of(latency_stage stage) {
  return stages_.at(static_cast<std::size_t>(stage));
}

std::vector<latency_event> latency_records::add(const latency_batch& batch) {
  const std::lock_guard lock{mutex_};
  const auto began = std::chrono::steady_clock::now();
  auto* const client = record_of(batch.client());
  for (const auto& sample : batch.samples()) {
    of(sample.stage).add(sample.duration);
    if (client != nullptr && sample.stage == latency_stage::total) client->add(sample.duration);
  }
  events raised;
  if (client != nullptr) raise_alarms(batch.client(), *client, raised);
  samples_ += batch.samples().size();
  cost_ += std::chrono::steady_clock::now() - began;
  return raised;
}

/// Null for nobody in particular.
latency_records::client_record* latency_records::record_of(client_number client) {
  if (client == client_number{}) return nullptr;
  return &clients_[client];
}

void latency_records::client_record::add(nanoseconds sample) {
  total.add(sample);
  greatest = std::max(greatest, sample);
}

/// Of the average and the jitter, once they mean something.
nanoseconds latency_records::client_record::reading_for(latency_alarm alarm) const {
  if (alarm == latency_alarm::peak) return greatest;
  if (total.count() < settling) return nanoseconds{0};
  return alarm == latency_alarm::jitter ? total.jitter() : total.average();
}

void latency_records::raise_alarms(client_number client, client_record& record, events& raised) {
  for (const auto alarm : alarms) {
    const auto reading = record.reading_for(alarm);
    if (record.alarms.is_raised(alarm) || reading <= thresholds_.of(alarm)) continue;
    record.alarms.set(alarm, true);
    note(event_of(alarm, true, client, reading, record.total.second_so_far()), raised);
  }
}

void latency_records::clear_alarms(client_number client, client_record& record, events& cleared) {
  for (const auto alarm : alarms) {
    const auto reading = record.reading_for(alarm);
    if (!record.alarms.is_raised(alarm) || !is_well_under(alarm, reading)) continue;
    record.alarms.set(alarm, false);
    note(event_of(alarm, false, client, reading, record.total.last_second()), cleared);
  }
}

bool latency_records::is_well_under(latency_alarm alarm, nanoseconds reading) const {
  return std::chrono::duration<double>{reading} <= thresholds_.clear_share * thresholds_.of(alarm);
}

latency_event latency_records::event_of(latency_alarm alarm, bool raised, client_number client,
                                        nanoseconds reading, const latency_window& evidence) const {
  return {.when = unix_now(),
          .alarm = alarm,
          .raised = raised,
          .client = client,
          .reading = reading,
          .threshold = thresholds_.of(alarm),
          .evidence = evidence};
}

void latency_records::note(const latency_event& event, events& told) {
  if (event.raised) ++alarms_raised_[event.alarm];
  add_bounded(events_, event, remembered_events);
  told.push_back(event);
}

std::vector<latency_event> latency_records::pass(steady_time now) {
  const std::lock_guard lock{mutex_};
  passed_ = now;
  for (auto& stage : stages_) stage.pass(now);
  events changed;
  for (auto& [client, record] : clients_) {
    record.total.pass(now);
    if (record.total.last_second().count > 0 || record.heard == steady_time{}) record.heard = now;
    if (record.total.last_second().count > 0) clear_alarms(client, record, changed);
    record.greatest = {};
  }
  forget_silent_clients();
  look_at_all_clients(changed);
  return changed;
}

void latency_records::forget_silent_clients() {
  for (auto next = clients_.begin(); next != clients_.end();) {
    const auto each = next++;
    if (passed_ - each->second.heard >= longest_silence) let_go(each);
  }
}

void latency_records::let_go(std::map<client_number, client_record>::iterator client) {
  add_bounded(left_, {client->first, client->second.total.summary()}, remembered_clients);
  clients_.erase(client);
}

/// What more than half of the clients have is not their own doing, as a rule. (Of a single one
/// everything has been told.)
void latency_records::look_at_all_clients(events& changed) {
  const auto& evidence = of(latency_stage::total).last_second();
  for (const auto alarm : alarms) {
    const auto count = std::count_if(clients_.begin(), clients_.end(), [=](const auto& each) {
      return each.second.alarms.is_raised(alarm);
    });
    const bool is_raised =
        clients_.size() > 1 && 2 * static_cast<std::size_t>(count) > clients_.size();
    if (is_raised == alarms_of_all_.is_raised(alarm)) continue;
    alarms_of_all_.set(alarm, is_raised);
    const auto reading = alarm == latency_alarm::peak     ? evidence.max
                         : alarm == latency_alarm::jitter ? of(latency_stage::total).jitter()
                                                          : of(latency_stage::total).average();
    note(event_of(alarm, is_raised, {}, reading, evidence), changed);
  }
}

void latency_records::leave(client_number client) {
  const std::lock_guard lock{mutex_};
  const auto found = clients_.find(client);
  if (found != clients_.end()) let_go(found);
}

steady_time latency_records::passed() const {
  const std::lock_guard lock{mutex_};
  return passed_;
}

latency_report latency_records::report() const {
  const std::lock_guard lock{mutex_};
  auto result = stages_report();
  result.clients.assign(left_.begin(), left_.end());
  for (const auto& [client, record] : clients_)
    result.clients.push_back({client, record.total.summary()});
  return result;
}

latency_report latency_records::report_of_stages() const {
  const std::lock_guard lock{mutex_};
  return stages_report();
}

std::vector<client_latency> latency_records::connected_clients() const {
  std::vector<client_latency> result;
  client_number next{};
  for (;;) {
    const std::lock_guard lock{mutex_};
    const auto found = clients_.lower_bound(next);
    if (found == clients_.end()) return result;
    result.push_back({found->first, found->second.total.summary()});
    next = client_number{to_number(found->first) + 1};
  }
}

latency_report latency_records::stages_report() const {
  latency_report result;
  for (const auto& stage : stages_)
    if (stage.count() > 0) result.stages.push_back(stage.summary());
  result.alarms_raised = alarms_raised_;
  result.events.assign(events_.begin(), events_.end());
  result.samples = samples_;
  result.cost = cost_;
  return result;
}

std::optional<latency_summary> latency_records::summary_of(latency_stage stage) const {
  const std::lock_guard lock{mutex_};
  const auto& found = stages_.at(static_cast<std::size_t>(stage));
  return found.count() > 0 ? std::optional{found.summary()} : std::nullopt;
}

std::optional<latency_window> latency_records::last_second_of(latency_stage stage) const {
  const std::lock_guard lock{mutex_};
  const auto& window = stages_.at(static_cast<std::size_t>(stage)).last_second();
  return window.count > 0 ? std::optional{window} : std::nullopt;
}

}  // namespace troupe::telemetry
