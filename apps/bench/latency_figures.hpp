#pragma once

#include <nlohmann/json.hpp>

#include "actors/telemetry/latency_histogram.hpp"
#include "protocol/clock.hpp"

namespace troupe::bench {

/// What is told of latencies: keys in microseconds.
[[nodiscard]] inline nlohmann::json latency_figures(const telemetry::latency_histogram& measured) {
  const auto percentile = [&](double percent) {
    return to_microseconds(measured.percentile(percent));
  };
  return {{"p50_us", percentile(50)},
          {"p99_us", percentile(99)},
          {"p999_us", percentile(99.9)},
          {"max_us", to_microseconds(measured.max())}};
}

}  // namespace troupe::bench
