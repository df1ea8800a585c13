#pragma once

#include <memory>
#include <vector>

#include "apps/topology/plan.hpp"
#include "apps/topology/running/run_files.hpp"
#include "apps/topology/running/run_network.hpp"
#include "apps/topology/running/running_listener.hpp"
#include "apps/topology/running/running_node.hpp"

namespace troupe::topology {

/// Makes a plan's nodes, none of them started, and starts its listeners. Both throw failure.
class run_programs {
 public:
  run_programs(const plan& planned, const std::filesystem::path& programs, const run_files& files,
               const run_network& network)
      : planned_(planned), programs_(programs), files_(files), network_(network) {}

  [[nodiscard]] std::unique_ptr<running_node> make_node(std::size_t node) const;
  /// `number` is from 0 to the planned count.
  [[nodiscard]] std::unique_ptr<running_listener> start_listener(std::size_t listener,
                                                                 std::size_t number) const;

 private:
  [[nodiscard]] std::string source_of(std::size_t node) const;
  [[nodiscard]] bool takes_orders(const planned_node& node) const;
  [[nodiscard]] child_settings settings_for(const char* program, const std::string& name,
                                            int network_namespace) const;

  const plan& planned_;
  const std::filesystem::path& programs_;
  const run_files& files_;
  const run_network& network_;
};

}  // namespace troupe::topology
