#pragma once

#include <memory>

#include <caf/actor.hpp>
#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>

#include "actors/runtime/actor_system.hpp"
#include "actors/runtime/reactor.hpp"
#include "actors/supervision/role.hpp"
#include "apps/node/inspection/inspected_node.hpp"
#include "protocol/clock.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::test {

/// What there is to inspect of a node whose actors were never started.
struct resting_node {
  /// As if one listened.
  void take_in_client() {
    const auto connection = supervision::make_role(system, "connection");
    tree.memory().ledger->open(caf::actor_cast<connection_actor>(connection),
                               client_report{.client = tree.memory().ledger->next_number()}, {},
                               {});
  }
  [[nodiscard]] probe::probe_board& probes() const { return *inspected.probes; }

  node_settings settings;
  runtime::node_system_config config;
  caf::actor_system system{config};
  node_tree tree{settings,
                 nullptr,
                 sound_origin{.description = "silence", .report = [] { return source_report{}; }},
                 nullptr,
                 runtime::reactor::of(system).poller(),
                 caf::actor{},
                 system};
  inspected_node inspected{.tree = tree,
                           .settings = settings,
                           .system = system,
                           .probes = std::make_shared<probe::probe_board>(),
                           .started = unix_now()};
};

}  // namespace troupe::test
