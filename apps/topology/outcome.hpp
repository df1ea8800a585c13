#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "apps/topology/plan.hpp"

namespace troupe::topology {

/// A time of a run, since all nodes and listeners had started.
using run_time = std::chrono::microseconds;

/// Sound without a break, as it came to a listener.
struct heard_span {
  run_time from{0};  ///< when its first frame came
  run_time to{0};    ///< when its last one came
  std::uint64_t frames = 0;
  std::uint64_t missing_before =
      0;  ///< frames between the span before and this one that never came
};

/// A fault as it was done.
struct done_fault {
  planned_fault planned;
  run_time begun{0};
  std::optional<run_time> ended;  ///< nothing: not before the run's end
  std::string error;              ///< why it could not be done; empty if it could
};

/// How a listener came through a fault that silenced it.
struct recovery {
  std::size_t fault = 0;              ///< index in the run's faults
  run_time silence{0};                ///< from the last frame before to the first one after
  std::optional<run_time> after;      ///< from the fault's begin to sound; nothing: never
  std::optional<run_time> after_end;  ///< from the fault's end to sound, if it came only then
};

struct latency_percentiles {
  std::chrono::microseconds p50{0};
  std::chrono::microseconds p99{0};
  std::chrono::microseconds p999{0};
};

struct listener_outcome {
  std::string name;         ///< with a number, where there are several of it
  std::size_t planned = 0;  ///< index in the plan's listeners
  std::vector<heard_span> spans;
  std::uint64_t frames = 0;
  std::uint64_t missing_frames = 0;
  std::uint64_t reconnects = 0;
  std::optional<latency_percentiles> latency;  ///< capture to ear; nothing: nothing was heard
  std::vector<recovery> recoveries;
  std::string error;  ///< why it told nothing; empty if it did
};

struct node_outcome {
  std::string name;
  std::uint64_t starts = 0;
  std::uint64_t actor_restarts = 0;
  std::uint64_t memory_at_start_kib = 0;  ///< resident, when all had started
  std::uint64_t memory_at_end_kib = 0;
  std::uint64_t memory_peak_kib = 0;
  double cpu_percent = 0;  ///< of one core, over the run
  std::size_t hops = 0;    ///< links between it and the sound's source
  std::string error;       ///< how it ended, if not as it should have
};

/// What was seen in a run.
struct outcome {
  std::uint64_t seed = 0;
  bool isolated = false;  ///< in network namespaces of its own; else on loopback with a proxy
  run_time duration{0};
  std::vector<done_fault> faults;
  std::vector<listener_outcome> listeners;
  std::vector<node_outcome> nodes;
};

}  // namespace troupe::topology
