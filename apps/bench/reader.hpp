#pragma once

#include <atomic>
#include <cstdint>

#include <nlohmann/json.hpp>

#include "apps/bench/stream_plan.hpp"

namespace troupe::bench {

/// How far the reader is; the server, another process, sees it too.
class shared_progress {
 public:
  shared_progress();
  shared_progress(const shared_progress&) = delete;
  shared_progress& operator=(const shared_progress&) = delete;
  ~shared_progress();

  [[nodiscard]] std::atomic<std::uint64_t>& frames_read() { return *frames_read_; }

 private:
  std::atomic<std::uint64_t>* frames_read_;
};

/// Connects all clients of the plan, reads what the listeners get until the server closes all their
/// connections, and returns the count, and the latencies from each frame's stamp to its arrival. To
/// run in a process of its own. Throws std::system_error, and std::runtime_error for bytes that
/// break the protocol.
[[nodiscard]] nlohmann::json read_streams(const stream_plan& plan, shared_progress& progress);

}  // namespace troupe::bench
