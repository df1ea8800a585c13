#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "apps/inspect/model/findings.hpp"
#include "apps/inspect/node_view.hpp"
#include "apps/inspect/terminal/latency_history.hpp"
#include "protocol/clock.hpp"

namespace troupe::inspecting::terminal {

/// A node as it is to be drawn.
struct shown_node {
  std::shared_ptr<const node_view> view;
  std::vector<finding> findings;
  latency_history latencies;

  /// The latest snapshot, if there ever was one.
  [[nodiscard]] const snapshot* now() const {
    return view->latest ? &view->latest->parsed : nullptr;
  }
  /// What happened in the second before it.
  [[nodiscard]] const changes* lately() const { return view->between ? &*view->between : nullptr; }
};

/// All that a screen shows, but for what was made of it by keys.
struct scene {
  std::vector<shown_node> nodes;
  std::optional<actor_facts> opened_actor;      ///< what the node answered about it
  std::optional<actor_changes> opened_changes;  ///< since what it answered a second before
  unix_time now;
};

}  // namespace troupe::inspecting::terminal
