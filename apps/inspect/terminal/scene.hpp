#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apps/inspect/model/changes.hpp"
#include "apps/inspect/model/findings.hpp"
#include "apps/inspect/model/snapshot.hpp"
#include "apps/inspect/node_view.hpp"
#include "apps/inspect/target.hpp"
#include "apps/inspect/terminal/latency_history.hpp"
#include "protocol/clock.hpp"

namespace troupe::inspecting::terminal {

/// A node as it is to be drawn.
struct shown_node {
  std::shared_ptr<const node_view> view;
  std::vector<finding> findings;
  latency_history latencies;

  /// Which node it is, among others and in other scenes.
  [[nodiscard]] std::string target_text() const { return to_string(view->node); }

  /// The latest snapshot, if there ever was one.
  [[nodiscard]] const snapshot* now() const {
    return view->latest ? &view->latest->parsed : nullptr;
  }
  /// What happened in the second before it.
  [[nodiscard]] const changes* lately() const { return view->between ? &*view->between : nullptr; }
};

/// What a node answered about an actor.
struct answered_actor {
  std::string node;  ///< its target: other nodes have actors of the same name
  actor_facts facts;
  std::optional<actor_changes> lately;  ///< since what it answered a second before
};

/// All that a screen shows, but for what was made of it by keys.
struct scene {
  std::vector<shown_node> nodes;
  std::optional<answered_actor> opened_actor;
  unix_time now;
};

}  // namespace troupe::inspecting::terminal
