#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "actors/network/upstream_record.hpp"
#include "protocol/messages.hpp"
#include "protocol/supervision.hpp"

namespace troupe {

/// The final account of a node.
struct node_summary {
  std::chrono::nanoseconds duration{};
  source_report source;
  std::optional<network::upstream_report> upstream;  ///< of a node that has to do with others
  processor_report processor;
  clients_report clients;
  latency_report latency;
  adaptation_report adaptation;
  std::vector<child_status> children;
  std::vector<restart_event> restart_history;  ///< the latest ones

  [[nodiscard]] std::uint64_t restarts() const;  ///< of all children
  std::chrono::duration<double> cpu{};
  std::int64_t max_rss_kib = 0;
};

/// The process's CPU time and greatest resident memory, into `summary`.
void read_resource_usage(node_summary& summary);

/// The process's memory that is in RAM now; 0 where the kernel does not say.
[[nodiscard]] std::int64_t resident_memory_kib();

[[nodiscard]] nlohmann::json to_json(const node_summary& summary);

/// A few lines for people.
[[nodiscard]] std::string to_text(const node_summary& summary);

}  // namespace troupe
