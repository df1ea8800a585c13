#pragma once

#include <functional>
#include <memory>
#include <string>

#include <caf/fwd.hpp>

#include "actors/probe/probe_board.hpp"
#include "apps/node/node_settings.hpp"
#include "apps/node/node_tree.hpp"
#include "protocol/clock.hpp"

namespace troupe {

/// What there is to see of a node. All of it may be used from any thread, while the node lives.
struct inspected_node {
  node_tree& tree;
  const node_settings& settings;
  caf::actor_system& system;
  std::shared_ptr<probe::probe_board> probes;  ///< null: the actors are not probed
  unix_time started;
};

}  // namespace troupe
