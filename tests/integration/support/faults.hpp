#pragma once

#include <string>
#include <vector>

namespace troupe::test {

/// The actors of a node that are restarted, as its fault console calls them.
inline const std::vector<std::string> roles{
    "latency_monitor", "frame_processor", "connection_supervisor",
    "client_registry", "acceptor",        "source"};

/// The arguments of a node that takes orders for faults, followed by `more`. Before each restart
/// but the first it waits for `backoff`.
[[nodiscard]] inline std::vector<std::string> with_faults(std::vector<std::string> more = {},
                                                          const std::string& backoff = "1ms",
                                                          const std::string& source = "tone:440") {
  std::vector<std::string> result{
      "--source", source, "--allow-faults", "--restart-backoff", backoff, "--restart-backoff-cap",
      backoff};
  result.insert(result.end(), more.begin(), more.end());
  return result;
}

}  // namespace troupe::test
