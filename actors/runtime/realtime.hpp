#pragma once

#include <optional>

#include <pthread.h>

namespace troupe::runtime {

/// How threads on a frame's way are to run in real time.
struct realtime_settings {
  std::optional<int> core;  ///< the one that they are to keep to
};

/// Above all that is not real-time, below the kernel's own threads (50) and sound servers.
inline constexpr int realtime_priority = 10;
/// Of who is to take over from a thread that hangs, even where it spins on the only core.
inline constexpr int takeover_priority = realtime_priority + 1;

/// Gives the calling thread SCHED_FIFO with this priority, and the core. What is not permitted is
/// told in the log, once for the process; the thread runs as before then. Threads that it starts
/// are ordinary ones, on the same core.
void run_in_realtime(const realtime_settings& settings, int priority);

/// Takes the priority from a thread: one that hangs is not to keep a core from the others.
void make_ordinary(pthread_t thread);

/// Keeps all memory that the process touches in place; it is not given back then. The same where it
/// is not permitted.
void lock_memory();

/// Whether this process may run on `core`.
[[nodiscard]] bool may_run_on(int core);

}  // namespace troupe::runtime
