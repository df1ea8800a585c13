#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "apps/bench/options.hpp"
#include "apps/bench/report.hpp"
#include "apps/bench/rounds.hpp"
#include "apps/bench/stream_plan.hpp"
#include "apps/bench/temporary_directory.hpp"
#include "apps/common/signals.hpp"

namespace troupe::bench {

/// Runs scenarios as the options say.
class scenario_runner {
 public:
  /// `tell` is given a line after each round. `signals` are to be made before.
  scenario_runner(const bench_options& options, const ending_signals& signals,
                  std::function<void(std::string_view)> tell);

  /// Runs all that the options name. Throws failure, std::runtime_error when a run failed, and
  /// `interrupted`.
  [[nodiscard]] report run();

 private:
  [[nodiscard]] nlohmann::ordered_json run(scenario which) const;
  [[nodiscard]] nlohmann::ordered_json paced(const std::string& name, contender first,
                                             contender second) const;
  [[nodiscard]] nlohmann::ordered_json latency() const;
  [[nodiscard]] nlohmann::ordered_json throughput() const;
  [[nodiscard]] nlohmann::ordered_json fanout() const;
  [[nodiscard]] nlohmann::ordered_json isolation() const;
  [[nodiscard]] nlohmann::ordered_json encode() const;
  [[nodiscard]] nlohmann::ordered_json link() const;
  [[nodiscard]] nlohmann::ordered_json link_veth() const;
  [[nodiscard]] nlohmann::ordered_json link_beside_ping_pong(const std::string& name,
                                                             const stream_plan& plan) const;
  [[nodiscard]] nlohmann::ordered_json link_tls() const;
  [[nodiscard]] nlohmann::ordered_json link_throughput() const;
  [[nodiscard]] nlohmann::ordered_json probe() const;
  [[nodiscard]] nlohmann::ordered_json probe_throughput() const;
  [[nodiscard]] nlohmann::ordered_json inspected() const;
  [[nodiscard]] nlohmann::ordered_json unpaced(const std::string& name, contender first,
                                               contender second) const;
  [[nodiscard]] nlohmann::ordered_json crowded(const std::string& name, contender first,
                                               contender second) const;

  [[nodiscard]] stream_plan plan_for(std::chrono::nanoseconds duration,
                                     std::chrono::nanoseconds period) const;
  [[nodiscard]] stream_plan unpaced_plan() const;
  [[nodiscard]] stream_plan crowd_plan() const;
  [[nodiscard]] stream_plan link_plan_for(std::chrono::nanoseconds period) const;
  [[nodiscard]] stream_plan secured(stream_plan plan) const;
  [[nodiscard]] contender floor(const stream_plan& plan) const;
  [[nodiscard]] contender troupe(const stream_plan& plan, const std::string& name) const;
  [[nodiscard]] nlohmann::ordered_json settings_with(std::chrono::seconds duration) const;

  bench_options options_;
  const ending_signals& signals_;
  std::function<void(std::string_view)> tell_;
  temporary_directory directory_;
};

}  // namespace troupe::bench
