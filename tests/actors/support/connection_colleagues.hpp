#pragma once

#include <chrono>
#include <vector>

#include <doctest/doctest.h>

#include "protocol/interfaces.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::test {

/// What the connection under test, of whatever kind, tells its colleagues.
struct heard_by_colleagues {
  bool answers_joins = true;
  std::vector<connection_actor> joined;
  std::vector<client_report> reports;
  std::vector<latency_batch> batches;
};

inline frame_processor_actor::behavior_type fake_processor(frame_processor_actor::pointer self,
                                                           heard_by_colleagues* notes) {
  return {[=](caf::join_atom, const connection_actor& who, const frame_inbox_ptr&) {
            notes->joined.push_back(who);
            if (notes->answers_joins) self->send(who, stream_format{});
          },
          [](report_atom) { return processor_report{}; }};
}

inline client_registry_actor::behavior_type fake_registry(client_registry_actor::pointer,
                                                          heard_by_colleagues* notes) {
  return {[](const accepted_client&) {},
          [](const arriving_client&) { return caf::strong_actor_ptr{}; },
          [=](const client_report& report) { notes->reports.push_back(report); },
          [](tick_atom) {},
          [](const delivery_tuning&) {},
          [](evict_atom) {},
          [](drain_atom, std::chrono::nanoseconds) { return clients_report{}; },
          [](report_atom) { return clients_report{}; }};
}

inline latency_monitor_actor::behavior_type fake_monitor(latency_monitor_actor::pointer,
                                                         heard_by_colleagues* notes) {
  return {[=](const latency_batch& batch) { notes->batches.push_back(batch); },
          [](gone_atom, client_number) {}, [](tick_atom) {},
          [](report_atom) { return latency_report{}; }};
}

inline void check_sums(const client_report& report) {
  const auto& sum = report.delivery;
  CHECK(sum.frames_offered ==
        sum.frames_delivered + sum.frames_queued + sum.frames_dropped.total());
}

}  // namespace troupe::test
