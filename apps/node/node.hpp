#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include <caf/scoped_actor.hpp>

#include "actors/runtime/poller.hpp"
#include "actors/supervision/restart_intensity.hpp"
#include "apps/common/signals.hpp"
#include "apps/node/fault_console.hpp"
#include "apps/node/inspection/node_desk.hpp"
#include "apps/node/line_server.hpp"
#include "apps/node/metrics/metrics_endpoint.hpp"
#include "apps/node/node_settings.hpp"
#include "apps/node/node_summary.hpp"
#include "apps/node/node_tree.hpp"

namespace troupe {

/// A running node: has its actors supervised, and ends them in good order. Its actor system is to
/// have the reactor for a scheduler.
class node {
 public:
  /// Serves at the socket of `listener`, and in `network`, as node_tree does. `read_codec_again` is
  /// called on SIGHUP and may throw failure.
  node(const node_settings& settings, std::shared_ptr<delivery::unix_listener> listener,
       sound_origin sound, std::shared_ptr<node_network> network,
       std::function<codec_settings()> read_codec_again, const ending_signals& signals,
       caf::actor_system& system);

  /// Serves until the sound is over, the duration has passed, a signal asks for the end, or actors
  /// have failed too often.
  void run();

  /// The account of a run that has ended.
  [[nodiscard]] node_summary summarize() const;

  /// Throws failure{empty_source} when the run ended because the source held no sound at all, and
  /// supervision_failure when actors failed too often.
  void throw_if_failed() const;

  /// Whether an actor is stuck and still uses what this object and the actor system own: then the
  /// process can only end without its usual clean-up.
  [[nodiscard]] bool has_stuck_actors() const { return has_stuck_actors_; }

  [[nodiscard]] const node_tree& tree() const { return tree_; }
  /// Where inspectors are answered.
  [[nodiscard]] inspection_desk& desk() { return desk_; }

 private:
  void open_fault_socket();
  void open_control_socket();
  void take_signals();
  void change_codec();
  void serve(runtime::watch& signal_watch);
  void announce();
  void start_supervisor();
  void supervisor_ended(const caf::error& reason);
  void look_after_tree();
  void look_without_reactor();
  void log_statistics();

  void end_in_good_order();
  void drain(steady_time deadline);
  void drain_without_supervisor();
  void stop_supervisor(steady_time deadline);
  [[nodiscard]] bool alone_by(steady_time deadline) const;

  node_settings settings_;
  std::function<codec_settings()> read_codec_again_;
  const ending_signals& signals_;
  caf::actor_system& system_;
  runtime::poller& poller_;
  caf::scoped_actor self_;
  node_tree tree_;
  fault_console fault_console_;
  std::optional<line_server> fault_socket_;
  const inspected_node inspected_;
  node_desk desk_;
  std::optional<line_server> control_socket_;
  std::optional<metrics_endpoint> metrics_;
  supervisor_actor supervisor_;
  supervision::recent_failures supervisor_failures_;
  std::chrono::nanoseconds watchdog_interval_{};  ///< 0: nobody watches
  std::chrono::nanoseconds beat_interval_{};

  steady_time started_;
  bool ending_ = false;
  steady_time silence_noticed_{};  ///< of the reactor
  bool source_over_ = false;
  bool supervisor_is_there_ = false;
  bool has_stuck_actors_ = false;
  std::string gave_up_;  ///< why the supervisor did; empty if it did not
};

/// Actors failed more often than their supervisor allows.
class supervision_failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace troupe
