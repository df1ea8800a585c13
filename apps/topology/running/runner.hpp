#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

#include "apps/topology/outcome.hpp"
#include "apps/topology/plan.hpp"

namespace troupe::topology {

struct run_settings {
  std::filesystem::path programs;   ///< the folder of troupe-node and troupe-listen
  std::filesystem::path directory;  ///< where logs, sockets and time lines go; made if absent
  std::uint64_t seed = 0;           ///< of what gets lost on loopback
  bool isolated = true;             ///< in network namespaces; else on loopback
  std::function<void(std::string_view)> tell;  ///< takes a line of progress
  std::function<bool()> is_to_stop;            ///< asked often; true ends the run early, in order
};

/// Runs a plan in real processes and returns what was seen. Without isolation, and where it cannot
/// be had, all runs on loopback. Nothing stays but the files in the directory. To be called by one
/// thread, which lives until this returns. Throws failure when the run cannot begin.
[[nodiscard]] outcome run(const plan& planned, const run_settings& settings);

/// Whether this process may make network namespaces, and join them as runs need it.
[[nodiscard]] bool can_isolate();

}  // namespace troupe::topology
