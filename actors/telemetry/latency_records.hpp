#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "actors/telemetry/latency_statistics.hpp"
#include "protocol/latency_batch.hpp"
#include "protocol/latency_event.hpp"
#include "protocol/latency_report.hpp"

namespace troupe::telemetry {

/// Which alarms are raised for one client, or for more than half of all.
class raised_alarms {
 public:
  [[nodiscard]] bool is_raised(latency_alarm alarm) const { return raised_.at(index(alarm)); }
  void set(latency_alarm alarm, bool raised) { raised_.at(index(alarm)) = raised; }

 private:
  static std::size_t index(latency_alarm alarm) { return static_cast<std::size_t>(alarm); }

  std::array<bool, latency_alarm_count> raised_{};
};

/// What the stages said so far: over all clients, and, from capture to the kernel, for each client.
/// It outlives the latency monitor, and may be used from any thread.
///
/// An alarm is raised as soon as a reading is over its threshold (the average and the jitter, once
/// `settling` readings have come), and cleared at the end of a second in which it was under the
/// thresholds' clear_share of it.
class latency_records {
 public:
  static constexpr std::uint64_t settling = 10;
  /// Clients that left are remembered up to this many, and so are events.
  static constexpr std::size_t remembered_clients = 1000;
  static constexpr std::size_t remembered_events = 200;
  /// A client of whom nothing was heard for so long has left, and nobody could tell.
  static constexpr std::chrono::minutes longest_silence{10};

  explicit latency_records(const latency_thresholds& thresholds = {});

  /// Returns the alarms that this raised.
  std::vector<latency_event> add(const latency_batch& batch);
  /// A second has passed. Returns the alarms that were cleared by it, and those that more than half
  /// of the clients have, or no longer.
  std::vector<latency_event> pass(steady_time now);
  /// Nothing more will come of that client.
  void leave(client_number client);

  [[nodiscard]] latency_report report() const;
  /// All but the clients.
  [[nodiscard]] latency_report report_of_stages() const;
  /// Those who are there, each read by itself, so that nobody has to wait long for the next reading
  /// to be added.
  [[nodiscard]] std::vector<client_latency> connected_clients() const;
  /// Parts of the report, which cost far less. Nothing where there were no readings.
  [[nodiscard]] std::optional<latency_summary> summary_of(latency_stage stage) const;
  [[nodiscard]] std::optional<latency_window> last_second_of(latency_stage stage) const;
  /// When `pass` was last called; the last seconds ended then, or less than half of one before.
  [[nodiscard]] steady_time passed() const;

 private:
  struct client_record {
    void add(std::chrono::nanoseconds sample);
    [[nodiscard]] std::chrono::nanoseconds reading_for(latency_alarm alarm) const;

    client_statistics total{latency_stage::total};
    raised_alarms alarms;
    std::chrono::nanoseconds greatest{};  ///< of this second
    steady_time heard{};                  ///< the last time
  };
  using events = std::vector<latency_event>;

  [[nodiscard]] bool is_well_under(latency_alarm alarm, std::chrono::nanoseconds reading) const;
  [[nodiscard]] latency_event event_of(latency_alarm alarm, bool raised, client_number client,
                                       std::chrono::nanoseconds reading,
                                       const latency_window& evidence) const;

  // With the lock closed.
  [[nodiscard]] latency_report stages_report() const;
  [[nodiscard]] stage_statistics& of(latency_stage stage);
  [[nodiscard]] client_record* record_of(client_number client);
  void raise_alarms(client_number client, client_record& record, events& raised);
  void clear_alarms(client_number client, client_record& record, events& cleared);
  void look_at_all_clients(events& changed);
  void forget_silent_clients();
  void let_go(std::map<client_number, client_record>::iterator client);
  void note(const latency_event& event, events& told);

  const latency_thresholds thresholds_;
  mutable std::mutex mutex_;
  std::array<stage_statistics, latency_stage_count> stages_;
  std::map<client_number, client_record> clients_;
  std::deque<client_latency> left_;
  raised_alarms alarms_of_all_;
  alarm_counters alarms_raised_;
  std::deque<latency_event> events_;
  std::uint64_t samples_ = 0;
  std::chrono::nanoseconds cost_{};
  steady_time passed_{};
};

}  // namespace troupe::telemetry
