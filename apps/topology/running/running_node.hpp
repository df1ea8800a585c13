#pragma once

#include <memory>
#include <string>

#include "apps/topology/outcome.hpp"
#include "apps/topology/running/child.hpp"

namespace troupe::topology {

/// A node of a run, over all its restarts.
class running_node {
 public:
  running_node(std::string name, child_settings settings);

  /// Starts it if it does not run. Throws failure.
  void start();
  [[nodiscard]] bool runs();
  /// Whether it has said, since it was started, that it serves other nodes.
  [[nodiscard]] bool serves() const;

  /// From now on its end is wanted, so that it is no error.
  void end_in_order();
  void kill();
  void stop();
  void let_go_on();
  /// Waits for an end that is wanted.
  void finish();

  /// Takes in how it is; to be called often.
  void look();
  /// The run's time begins, or ends.
  void begin_time();
  void end_time();

  /// What it did, after its end and a run's time of so long.
  [[nodiscard]] node_outcome outcome(run_time duration) const;
  [[nodiscard]] std::string last_words() const;

 private:
  [[nodiscard]] std::chrono::microseconds cpu() const;
  [[nodiscard]] std::uint64_t actor_restarts() const;

  child_settings settings_;
  std::unique_ptr<child> child_;
  bool is_to_run_ = false;
  std::chrono::microseconds cpu_of_earlier_{0};
  std::chrono::microseconds cpu_at_begin_{0};
  std::chrono::microseconds cpu_at_end_{0};
  node_outcome outcome_;
};

}  // namespace troupe::topology
