#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <caf/actor.hpp>

#include "actors/delivery/client_ledger.hpp"
#include "actors/delivery/frame_audience.hpp"
#include "actors/delivery/unix_listener.hpp"
#include "actors/runtime/poller.hpp"
#include "actors/supervision/fault.hpp"
#include "actors/supervision/supervisor.hpp"
#include "actors/telemetry/adaptive_optimiser.hpp"
#include "actors/telemetry/latency_monitor.hpp"
#include "actors/telemetry/system_sensor.hpp"
#include "apps/node/node_settings.hpp"
#include "apps/node/sound_origin.hpp"
#include "protocol/inspection_desk.hpp"

namespace troupe {

/// The addresses of a node's roles, the same over all restarts.
struct node_roles {
  latency_monitor_actor latency_monitor;
  frame_processor_actor frame_processor;
  supervisor_actor connection_supervisor;
  client_registry_actor client_registry;
  acceptor_actor acceptor;
  source_actor source;
  adaptive_optimiser_actor optimiser;
  system_sensor_actor system_sensor;
  // Only of a node that others may reach.
  link_door_actor link_door;
  inspection_door_actor inspection_door;
};

/// What restarts of a node's actors keep. All may be read from any thread.
struct node_memory {
  std::shared_ptr<frame_backlog> backlog;
  std::shared_ptr<delivery::frame_audience> audience;
  std::shared_ptr<telemetry::latency_records> latency;
  std::shared_ptr<telemetry::adaptation_records> adaptation;
  std::shared_ptr<delivery::client_ledger> ledger = std::make_shared<delivery::client_ledger>();
  std::shared_ptr<delivery::unix_listener> listener;
  /// Of the root of the tree, and of the supervisor of the connections.
  std::shared_ptr<supervision::supervision_record> record =
      std::make_shared<supervision::supervision_record>();
  std::shared_ptr<supervision::supervision_record> connections =
      std::make_shared<supervision::supervision_record>();
};

/// Whose connection has this name, as in "connection:7"; nothing if it is no connection's.
[[nodiscard]] std::optional<client_number> client_of_connection(std::string_view name);

/// The node's actors: who there is, in which order, and who is restarted how.
class node_tree {
 public:
  /// Serves what comes from `sound` at `socket`, and in `network` if that listens; it may be null.
  /// `owner` is told when the sound is over. `poller` outlives the actors.
  node_tree(const node_settings& settings, std::shared_ptr<delivery::unix_listener> socket,
            sound_origin sound, std::shared_ptr<node_network> network, runtime::poller& poller,
            caf::actor owner, caf::actor_system& system);
  node_tree(const node_tree&) = delete;
  node_tree& operator=(const node_tree&) = delete;
  /// The roles let go of the actors.
  ~node_tree();

  /// Has `desk` answer inspectors at other nodes. To be called before the start, if the node is one
  /// that others may reach; it outlives the actors.
  void serve_inspectors(inspection_desk& desk) { desk_ = &desk; }

  /// Starts the root supervisor, on a thread of its own: it works when all others are stuck. One
  /// that takes the place of another goes on with its children.
  supervisor_actor start();

  /// The root supervisor has failed; the next one's start is its restart.
  void supervisor_failed(const std::string& why);
  /// Whoever looks after all others is looked after here: notes, and tells in the log, when it has
  /// not looked at its children for too long, and when it goes on.
  void look_at_supervisor();

  [[nodiscard]] const node_roles& roles() const { return roles_; }
  [[nodiscard]] const sound_origin& sound() const { return sound_; }
  /// Null for a node that has to do with no other.
  [[nodiscard]] const node_network* network() const { return network_.get(); }
  [[nodiscard]] const node_memory& memory() const { return memory_; }
  [[nodiscard]] supervision::fault_injector& faults() { return faults_; }

  /// The role of this name; null if there is none.
  [[nodiscard]] caf::strong_actor_ptr role_named(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> role_names() const;
  /// Of the root supervisor that there is, or was last; null before there was one.
  [[nodiscard]] std::shared_ptr<const probe::actor_probe> root_probe() const;
  /// Null where the client is not connected.
  [[nodiscard]] connection_actor connection_of(client_number client) const {
    return memory_.ledger->connection_of(client);
  }

  /// Of all children of all supervisors: the root supervisor, its children in the order of their
  /// start, and all connections together.
  [[nodiscard]] std::vector<child_status> children() const;
  [[nodiscard]] std::vector<restart_event> history() const;
  /// Whether nobody is stuck, and the supervisors do their work.
  [[nodiscard]] bool is_healthy() const;

  /// Ends whom a root supervisor that has ended left behind, if anybody.
  void kill_children();

 private:
  [[nodiscard]] supervision::child_specification child(
      const caf::strong_actor_ptr& role,
      std::function<caf::strong_actor_ptr(caf::actor_system&)> make);
  [[nodiscard]] std::vector<supervision::child_specification> children_of_root();
  [[nodiscard]] supervision::child_specification connection_specification() const;
  [[nodiscard]] supervision::child_specification optimiser_specification();
  [[nodiscard]] supervision::child_specification sensor_specification();
  [[nodiscard]] supervision::child_specification link_door_specification();
  [[nodiscard]] supervision::child_specification inspection_door_specification();
  [[nodiscard]] supervision::supervisor_settings root_settings() const;
  [[nodiscard]] caf::strong_actor_ptr connection_named(const std::string& name) const;
  [[nodiscard]] std::vector<caf::strong_actor_ptr> all_roles() const;

  node_settings settings_;
  sound_origin sound_;
  std::shared_ptr<node_network> network_;
  caf::actor owner_;
  caf::actor_system& system_;
  runtime::poller& poller_;
  inspection_desk* desk_ = nullptr;
  node_roles roles_;
  node_memory memory_;
  supervision::fault_injector faults_;

  mutable std::mutex root_mutex_;
  child_status root_{.name = "supervisor"};
  std::shared_ptr<const probe::actor_probe> root_probe_;
  std::optional<steady_time> root_failed_at_;
};

}  // namespace troupe
