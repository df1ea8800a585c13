#pragma once

#include <chrono>
#include <cstdint>

#include <sys/types.h>

namespace troupe::topology {

struct memory_usage {
  std::uint64_t resident_kib = 0;
  std::uint64_t peak_kib = 0;  ///< the most that was resident
};

/// All 0 where there is no such process any more.
[[nodiscard]] memory_usage memory_of(pid_t pid);

/// CPU time of all threads of a process, in the kernel too; 0 where there is none.
[[nodiscard]] std::chrono::microseconds cpu_of(pid_t pid);

}  // namespace troupe::topology
