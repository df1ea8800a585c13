#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/chaos/fault.hpp"
#include "tests/chaos/listener_record.hpp"
#include "tests/chaos/stall_watch.hpp"

namespace troupe::chaos {

/// All that was seen of a node and its listeners.
struct observation {
  steady_time began;  ///< all listened; the first fault came later
  steady_time ended;  ///< the node was about to be asked to end
  std::vector<injected_fault> faults;
  std::size_t faults_without_victim = 0;  ///< their targets waited for a restart
  std::vector<listener_record> listeners;
  std::vector<stall> stalls;
  std::uint64_t connections_made = 0;
  std::vector<std::string> troubles;  ///< that cut the experiment short, or with the node's end
  nlohmann::json account;             ///< the node's own; null when there is none
  std::string node_log;
};

}  // namespace troupe::chaos
