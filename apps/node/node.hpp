#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>

#include <caf/scoped_actor.hpp>

#include "actors/delivery/connection_supervisor.hpp"
#include "actors/delivery/frame_processor.hpp"
#include "actors/delivery/unix_listener.hpp"
#include "actors/media/source.hpp"
#include "actors/runtime/epoll_poller.hpp"
#include "actors/supervision/supervisor.hpp"
#include "actors/telemetry/latency_monitor.hpp"
#include "apps/common/signals.hpp"
#include "apps/node/node_settings.hpp"
#include "apps/node/node_summary.hpp"

namespace troupe {

/// A running node: casts its roles, has them supervised, and ends them in good order.
class node {
 public:
  /// Opens the socket; throws failure when it cannot. `input` gives sound in the shape that the
  /// codec's settings ask for. `read_codec_again` is called on SIGHUP and may throw failure.
  node(const node_settings& settings, std::unique_ptr<media::pcm_input> input,
       std::function<codec_settings()> read_codec_again, const ending_signals& signals,
       caf::actor_system& system);

  /// Serves until the sound is over, the duration has passed, a signal asks for the end, or an
  /// actor has failed for good.
  void run();

  /// The account of a run that has ended.
  [[nodiscard]] node_summary summarize() const;

  /// Throws failure{empty_source} when the run ended because the source held no sound at all, and
  /// supervision_failure when an actor failed for good.
  void throw_if_failed() const;

 private:
  /// The addresses of the roles, the same over all restarts.
  struct roles {
    latency_monitor_actor latency_monitor;
    frame_processor_actor frame_processor;
    connection_supervisor_actor connection_supervisor;
    acceptor_actor acceptor;
    source_actor source;
  };

  [[nodiscard]] std::vector<supervision::child_specification> children();
  void take_signals();
  void change_codec();
  void serve(runtime::watch& signal_watch);
  void end_in_good_order();
  void drain();
  void drain_without_supervisor();
  [[nodiscard]] bool alone_within(std::chrono::nanoseconds limit) const;
  void await_actors() const;
  void log_statistics();

  node_settings settings_;
  std::function<codec_settings()> read_codec_again_;
  const ending_signals& signals_;
  caf::actor_system& system_;
  runtime::epoll_poller poller_;
  caf::scoped_actor self_;
  roles roles_;
  supervisor_actor supervisor_;

  // What restarts keep.
  std::shared_ptr<media::capture> capture_ = std::make_shared<media::capture>();
  std::shared_ptr<delivery::frame_audience> audience_ =
      std::make_shared<delivery::frame_audience>();
  std::shared_ptr<telemetry::latency_records> latency_ =
      std::make_shared<telemetry::latency_records>();
  std::shared_ptr<delivery::client_ledger> ledger_ = std::make_shared<delivery::client_ledger>();
  std::shared_ptr<delivery::unix_listener> listener_;
  std::shared_ptr<supervision::supervision_record> record_ =
      std::make_shared<supervision::supervision_record>();

  steady_time started_;
  bool ending_ = false;
  bool source_over_ = false;
  std::optional<caf::error> supervisor_ended_;
};

/// An actor failed more often than its supervisor allows.
class supervision_failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace troupe
