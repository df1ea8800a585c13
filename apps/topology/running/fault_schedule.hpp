#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "apps/topology/outcome.hpp"
#include "apps/topology/running/run_network.hpp"
#include "apps/topology/running/running_node.hpp"

namespace troupe::topology {

/// Does what a plan has go wrong, and undoes it. What cannot be done is told in its outcome; the
/// run goes on.
class fault_schedule {
 public:
  /// A node takes orders for faults at the path that `orders_at` gives for its index.
  struct stage {
    std::vector<std::unique_ptr<running_node>>& nodes;
    run_network& network;
    std::function<std::string(std::size_t)> orders_at;
    std::function<void(std::string_view)> tell;
  };

  fault_schedule(const plan& planned, stage on);

  /// Does all that is due.
  void advance(run_time now);

  /// Those that were begun, by time.
  [[nodiscard]] std::vector<done_fault> done() const;

 private:
  struct entry {
    done_fault fault;
    bool is_begun = false;
    bool is_active = false;
  };

  void begin(entry& it, run_time now);
  void end(entry& it, run_time now);
  void do_it(const planned_fault& fault);
  void undo_it(const planned_fault& fault);
  [[nodiscard]] bool is_to_end(const entry& it, run_time now);
  void kill_actor(const planned_fault& fault) const;
  void set_link(const planned_fault& fault);
  [[nodiscard]] running_node& node_of(const planned_fault& fault) const;

  const plan& planned_;
  stage on_;
  std::vector<entry> entries_;
};

/// Such as "a is killed", "the link from b to a is partitioned".
[[nodiscard]] std::string to_text(const planned_fault& fault);
/// Such as "a is started again"; empty where nothing is undone.
[[nodiscard]] std::string end_to_text(const planned_fault& fault);

}  // namespace troupe::topology
