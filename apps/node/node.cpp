#include "apps/node/node.hpp"

#include <csignal>
#include <cstdlib>
#include <thread>
#include <utility>

#include <caf/actor_registry.hpp>
#include <spdlog/spdlog.h>
#include <systemd/sd-daemon.h>

#include "actors/delivery/acceptor.hpp"
#include "actors/supervision/failure_text.hpp"
#include "actors/supervision/role.hpp"
#include "actors/telemetry/latency_monitor.hpp"
#include "apps/common/exit_status.hpp"
#include "protocol/failure.hpp"

namespace troupe {
namespace {

using namespace std::chrono_literals;

/// What is queued may go out for so long after the end was asked for.
constexpr auto drain_limit = 100ms;
/// An actor that does not answer within this is passed over on the way to the end.
constexpr auto answer_limit = 500ms;
/// Frames that wait while the frame processor is restarted. Older ones are not worth hearing.
constexpr std::size_t frames_worth_waiting_for = 16;

template <class Interface>
Interface cast_role(caf::actor_system& system, const char* name,
                    std::size_t waiting_limit = supervision::role::default_waiting_limit) {
  return caf::actor_cast<Interface>(supervision::make_role(system, name, waiting_limit));
}

supervision::child_specification child(
    const caf::strong_actor_ptr& role, const supervision::restart_policy& restarts,
    std::function<caf::strong_actor_ptr(caf::actor_system&)> make) {
  return {.name = supervision::role_of(role).name(),
          .role = role,
          .make = std::move(make),
          .restarts = restarts};
}

double microseconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double, std::micro>{duration}.count();
}

}  // namespace

node::node(const node_settings& settings, std::unique_ptr<media::pcm_input> input,
           std::function<codec_settings()> read_codec_again, const ending_signals& signals,
           caf::actor_system& system)
    : settings_(settings),
      read_codec_again_(std::move(read_codec_again)),
      signals_(signals),
      system_(system),
      self_(system) {
  capture_->codec = settings.codec;
  capture_->input = std::move(input);
  audience_->format = settings.codec.format();
  listener_ = std::make_shared<delivery::unix_listener>(settings.socket);
  roles_ = {.latency_monitor = cast_role<latency_monitor_actor>(system, "latency_monitor"),
            .frame_processor = cast_role<frame_processor_actor>(system, "frame_processor",
                                                                frames_worth_waiting_for),
            .connection_supervisor =
                cast_role<connection_supervisor_actor>(system, "connection_supervisor"),
            .acceptor = cast_role<acceptor_actor>(system, "acceptor"),
            .source = cast_role<source_actor>(system, "source")};
}

/// In the order of their start: whoever is needed comes before whoever needs it.
std::vector<supervision::child_specification> node::children() {
  const auto spawned = [](const auto& handle) {
    return caf::actor_cast<caf::strong_actor_ptr>(handle);
  };
  const delivery::connection_supervisor_settings connections{
      .connection = settings_.connection,
      .colleagues = {.poller = &poller_,
                     .frame_processor = roles_.frame_processor,
                     .connection_supervisor = roles_.connection_supervisor,
                     .latency_monitor = roles_.latency_monitor},
      .max_clients = settings_.max_clients};
  const delivery::acceptor_settings acceptor{
      .poller = &poller_, .listener = listener_, .connections = roles_.connection_supervisor};
  const media::source_colleagues source{.poller = &poller_,
                                        .frame_processor = roles_.frame_processor,
                                        .latency_monitor = roles_.latency_monitor,
                                        .listener = caf::actor{self_}};
  return {
      child(spawned(roles_.latency_monitor), settings_.restarts,
            [=, kept = latency_](auto& system) {
              return spawned(system.spawn(telemetry::latency_monitor, kept));
            }),
      child(spawned(roles_.frame_processor), settings_.restarts,
            [=, kept = audience_](auto& system) {
              return spawned(system.spawn(delivery::frame_processor, kept));
            }),
      child(spawned(roles_.connection_supervisor), settings_.restarts,
            [=, kept = ledger_](auto& system) {
              return spawned(system.spawn(delivery::connection_supervisor, connections, kept));
            }),
      child(spawned(roles_.acceptor), settings_.restarts,
            [=](auto& system) { return spawned(system.spawn(delivery::acceptor, acceptor)); }),
      child(spawned(roles_.source), settings_.restarts,
            [=, kept = capture_](auto& system) {
              return spawned(system.spawn(media::source, kept, source));
            }),
  };
}

void node::run() {
  started_ = std::chrono::steady_clock::now();
  runtime::watch signal_watch{poller_, signals_.wait_descriptor(),
                              caf::actor_cast<caf::strong_actor_ptr>(self_)};
  supervisor_ = system_.spawn(supervision::supervisor, children(), record_);
  try {
    serve(signal_watch);
  } catch (...) {
    end_in_good_order();  // the actors use what this object owns
    throw;
  }
  end_in_good_order();
}

void node::serve(runtime::watch& signal_watch) {
  self_->monitor(supervisor_);
  signal_watch.arm(runtime::interest::read);
  spdlog::info("serving {} at {}", capture_->input->description(), settings_.socket);
  ::sd_notify(0, "READY=1");
  if (settings_.duration) self_->delayed_send(self_, *settings_.duration, stop_atom::value);
  if (settings_.stats_interval > 0s)
    self_->delayed_send(self_, settings_.stats_interval, tick_atom::value);

  while (!ending_) {
    self_->receive(
        [&](const readiness&) {
          take_signals();
          signal_watch.arm(runtime::interest::read);
        },
        [&](over_atom) {
          spdlog::info("the sound is over");
          source_over_ = ending_ = true;
        },
        [&](stop_atom) { ending_ = true; }, [&](tick_atom) { log_statistics(); },
        [&](const caf::down_msg& news) {
          supervisor_ended_ = news.reason;
          ending_ = true;
        });
  }
}

void node::take_signals() {
  while (const int signal = signals_.take()) {
    if (signal == SIGHUP) {
      change_codec();
    } else {
      spdlog::info("asked to end by signal {}", signal);
      ending_ = true;
    }
  }
}

void node::log_statistics() {
  self_->delayed_send(self_, settings_.stats_interval, tick_atom::value);
  const auto lost = [](const caf::error&) {
    spdlog::warn("no statistics: an actor did not answer");
  };
  clients_report clients;
  source_report source;
  std::vector<latency_summary> latency;
  self_->request(roles_.connection_supervisor, answer_limit, report_atom::value)
      .receive([&](clients_report& report) { clients = std::move(report); }, lost);
  self_->request(roles_.source, answer_limit, report_atom::value)
      .receive([&](const source_report& report) { source = report; }, lost);
  self_->request(roles_.latency_monitor, answer_limit, report_atom::value)
      .receive([&](std::vector<latency_summary>& report) { latency = std::move(report); }, lost);
  std::string total;
  for (const auto& stage : latency)
    if (stage.stage == latency_stage::total)
      total = fmt::format(", latency {:.0f} us on average, {:.0f} at most",
                          microseconds(stage.average), microseconds(stage.max));
  spdlog::info("{} clients, {} frames produced, {} delivered, {} dropped{}",
               clients.clients_connected, source.frames_produced, clients.total.frames_delivered,
               clients.total.frames_dropped.total(), total);
}

/// Nobody new, no new frames, what is queued out, then the actors in reverse order of their start.
void node::end_in_good_order() {
  ::sd_notify(0, "STOPPING=1");
  if (!supervisor_ended_) {
    drain();
    self_->send(supervisor_, stop_atom::value);
    self_->receive(
        [&](const caf::down_msg& news) {
          if (news.reason) supervisor_ended_ = news.reason;  // it gave up just now
        },
        caf::after(5s) >> [] { spdlog::warn("the supervisor did not end"); });
  }
  if (!ledger_->connected.empty()) drain_without_supervisor();
  for (const auto& [number, client] : ledger_->connected)
    caf::anon_send_exit(client.connection, caf::exit_reason::kill);
  listener_->close();
  await_actors();
  ledger_->close();
}

void node::drain() {
  const auto passed_over = [](const char* who) {
    return
        [who](const caf::error&) { spdlog::warn("{} did not answer on the way to the end", who); };
  };
  self_->request(roles_.acceptor, answer_limit, stop_atom::value)
      .receive([](bool) {}, passed_over("the acceptor"));
  self_->request(roles_.source, answer_limit, stop_atom::value)
      .receive([](const source_report&) {}, passed_over("the source"));
  // The last frames are past the frame processor once it answers.
  self_->request(roles_.frame_processor, answer_limit, report_atom::value)
      .receive([](const processor_report&) {}, passed_over("the frame processor"));
  self_
      ->request(roles_.connection_supervisor, drain_limit + answer_limit, drain_atom::value,
                std::chrono::nanoseconds{drain_limit})
      .receive([](const clients_report&) {}, passed_over("the connection supervisor"));
}

/// For clients that are still there when the supervisor has ended its children, because it gave up,
/// or because the connection supervisor was away: they are to hear of the end as well.
void node::drain_without_supervisor() {
  for (const auto& [number, client] : ledger_->connected)
    caf::anon_send(client.connection, drain_atom::value, std::chrono::nanoseconds{drain_limit});
  static_cast<void>(alone_within(drain_limit + answer_limit));
}

/// Whether all actors end within `limit`.
bool node::alone_within(std::chrono::nanoseconds limit) const {
  const auto alone = [&] { return system_.registry().running() <= 1; };
  const auto give_up = std::chrono::steady_clock::now() + limit;
  while (!alone() && std::chrono::steady_clock::now() < give_up) std::this_thread::sleep_for(1ms);
  return alone();
}

/// Actors use what this object owns, so none may be left behind.
void node::await_actors() const {
  if (alone_within(1s)) return;
  spdlog::critical("an actor is stuck and does not end; the node ends without it");
  std::_Exit(static_cast<int>(exit_status::internal));
}

/// The actors are gone: what their restarts would have kept tells what they did.
node_summary node::summarize() const {
  node_summary summary;
  summary.duration = std::chrono::steady_clock::now() - started_;
  summary.source = capture_->report();
  summary.processor = audience_->counters;
  summary.clients = ledger_->report();
  summary.latency = latency_->report();
  for (const auto& child : *record_) summary.restarts += child.restarts;
  read_resource_usage(summary);
  return summary;
}

void node::throw_if_failed() const {
  if (supervisor_ended_)
    throw supervision_failure{supervision::describe(*supervisor_ended_, system_)};
  if (source_over_ && capture_->counters.frames_produced == 0)
    throw failure{failure_kind::empty_source, to_string(settings_.source) +
                                                  " ended before it gave any sound; check what "
                                                  "writes to it"};
}

void node::change_codec() {
  try {
    settings_.codec = read_codec_again_();
  } catch (const std::exception& trouble) {
    spdlog::error("the codec stays as it is: {}", trouble.what());
    return;
  }
  self_->request(roles_.source, answer_limit, settings_.codec)
      .receive([] { spdlog::info("the codec's settings were read again"); },
               [&](const caf::error& error) {
                 if (error == caf::sec::request_timeout)
                   spdlog::warn(
                       "the source is busy or being restarted; it takes the codec's "
                       "settings when it is back");
                 else
                   spdlog::error("the codec stays as it is: {}",
                                 supervision::describe(error, system_));
               });
}

}  // namespace troupe
