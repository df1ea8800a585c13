#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "apps/bench/scenario.hpp"

namespace troupe::bench {

struct bench_options {
  std::vector<scenario> scenarios{all_scenarios.begin(), all_scenarios.end()};  ///< in this order
  std::chrono::microseconds period{5000};  ///< from frame to frame, in latency
  std::size_t clients = 1000;              ///< in fanout
  std::chrono::seconds duration{4};        ///< of each run
  std::size_t rounds = 5;
  bool json = false;
  std::optional<std::string> compare_file;  ///< what an earlier --json printed
};

/// Reads the command line. Returns nothing when --help or --version was all that was asked for.
/// Throws failure{bad_value}.
[[nodiscard]] std::optional<bench_options> read_options(int count, const char* const* arguments);

}  // namespace troupe::bench
