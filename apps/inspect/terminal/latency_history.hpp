#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "apps/inspect/model/snapshot.hpp"
#include "protocol/clock.hpp"

namespace troupe::inspecting::terminal {

/// How a node's latencies went in the last minutes, stage by stage.
class latency_history {
 public:
  static constexpr std::size_t most_seconds = 300;

  /// Notes the latencies of the snapshot's last second; not twice those of the same one. What was
  /// before a node's start is forgotten.
  void note(const snapshot& latest);

  /// The 99th percentiles of a stage, in microseconds, the newest last; 0 where no frame came.
  [[nodiscard]] const std::vector<double>& of(std::string_view stage) const;

 private:
  unix_time started_;
  unix_time noted_;
  std::map<std::string, std::vector<double>, std::less<>> stages_;
};

}  // namespace troupe::inspecting::terminal
