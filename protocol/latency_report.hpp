#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "protocol/client_number.hpp"
#include "protocol/counters.hpp"
#include "protocol/latency.hpp"
#include "protocol/latency_event.hpp"

namespace troupe {

/// How long the frames of one client took, from capture to the kernel.
struct client_latency {
  client_number client{};
  latency_summary total;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, client_latency& x) {
  return f(x.client, x.total);
}

using alarm_counters = counter_set<latency_alarm, latency_alarm_count>;

/// All that the latency monitor knows.
struct latency_report {
  std::vector<latency_summary> stages;  ///< that had any readings, over all clients
  std::vector<client_latency> clients;  ///< those who are there, and those who left last
  alarm_counters alarms_raised;
  std::vector<latency_event> events;  ///< the last ones
  std::uint64_t samples = 0;
  std::chrono::nanoseconds cost{};  ///< the time that all samples took
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, latency_report& x) {
  return f(x.stages, x.clients, x.alarms_raised, x.events, x.samples, x.cost);
}

}  // namespace troupe
