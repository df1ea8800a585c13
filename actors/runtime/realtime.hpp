#pragma once

#include <optional>

namespace troupe::runtime {

/// How threads on a frame's way are to run in real time.
struct realtime_settings {
  std::optional<int> core;  ///< the one that they are to keep to
};

/// Above all that is not real-time, below the kernel's own threads (50) and sound servers.
inline constexpr int realtime_priority = 10;

/// Gives the calling thread SCHED_FIFO, and the core. What is not permitted is told in the log,
/// once for the process; the thread runs as before then. Threads that it starts are ordinary ones.
void run_in_realtime(const realtime_settings& settings);

/// Keeps all memory that the process touches from now on in place. The same where it is not
/// permitted.
void lock_memory();

/// Whether this process may run on `core`.
[[nodiscard]] bool may_run_on(int core);

}  // namespace troupe::runtime
