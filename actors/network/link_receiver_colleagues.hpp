#pragma once

#include <memory>

#include <caf/actor.hpp>

#include "actors/network/node_position.hpp"
#include "actors/network/upstream_record.hpp"
#include "actors/runtime/poller.hpp"
#include "protocol/frame_backlog.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::network {

/// The actors and services that a link's receiving end works with.
struct link_receiver_colleagues {
  runtime::poller* poller = nullptr;
  caf::actor broker;                      ///< CAF's, for what nodes tell each other
  std::shared_ptr<frame_backlog> frames;  ///< where they go
  latency_monitor_actor latency_monitor;
  std::shared_ptr<node_position> position;
  std::shared_ptr<upstream_record> record;
};

}  // namespace troupe::network
