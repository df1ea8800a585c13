#include "apps/node/node.hpp"

#include <algorithm>
#include <csignal>
#include <thread>
#include <utility>

#include <caf/actor_registry.hpp>
#include <spdlog/spdlog.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "actors/probe/journal.hpp"
#include "actors/runtime/reactor.hpp"
#include "actors/supervision/failure_text.hpp"
#include "actors/supervision/role.hpp"
#include "protocol/failure.hpp"

namespace troupe {
namespace {

using namespace std::chrono_literals;

/// What is queued may go out for so long after the end was asked for.
constexpr auto drain_limit = 100ms;
/// An actor that does not answer within this is passed over.
constexpr auto answer_limit = 500ms;
/// After so long nobody is asked any more on the way to the end, after so long no one waited for.
/// Together with the program's own clean-up, the end takes less than two seconds.
constexpr auto asking_limit = 1000ms;
constexpr auto end_limit = 1500ms;
constexpr auto last_moment = 200ms;
/// The root supervisor is looked at so often, and at least as often as a watchdog is fed.
constexpr std::chrono::nanoseconds usual_beat = 1s;
/// A beat so late says that the reactor as a whole is stuck.
constexpr auto silence_limit = 3 * usual_beat;

/// Waits until `role` has done what it is asked for, and goes on without it after `limit`.
template <class Answer, class Role, class... Question>
void await_answer(caf::blocking_actor& self, const Role& role, std::chrono::nanoseconds limit,
                  const Question&... question) {
  const char* const name =
      supervision::role_of(caf::actor_cast<caf::strong_actor_ptr>(role)).name();
  self.request(role, limit, question...)
      .receive([](const Answer&) {},
               [&](const caf::error&) {
                 spdlog::warn("{} did not answer on the way to the end", name);
               });
}

/// Whoever may inspect the node by its control socket may have it do things as well.
asker as_asker(const peer_identity& who) {
  return {.who = fmt::format("pid {}, uid {}", who.pid, who.uid), .may_steer = true};
}

/// The socket's mode keeps others out already, where nobody has changed it.
std::string refusal_of(const peer_identity& who) {
  if (who.uid == 0 || who.uid == ::geteuid()) return {};
  return fmt::format(
      R"({{"error":"only uid {} and root may inspect this node, and you are uid {}","version":1}})",
      ::geteuid(), who.uid);
}

}  // namespace

node::node(const node_settings& settings, std::shared_ptr<delivery::unix_listener> listener,
           sound_origin sound, std::shared_ptr<node_network> network,
           std::function<codec_settings()> read_codec_again, const ending_signals& signals,
           caf::actor_system& system)
    : settings_(settings),
      read_codec_again_(std::move(read_codec_again)),
      signals_(signals),
      system_(system),
      poller_(runtime::reactor::of(system).poller()),
      self_(system),
      tree_(settings, std::move(listener), std::move(sound), std::move(network), poller_,
            caf::actor{self_}, system),
      fault_console_(tree_, system),
      inspected_{.tree = tree_,
                 .settings = settings_,
                 .system = system,
                 .probes = runtime::probes_of(system),
                 .started = unix_now()},
      desk_(inspected_),
      supervisor_failures_(settings.restarts.intensity) {
  tree_.serve_inspectors(desk_);
  if (settings.allow_faults) open_fault_socket();
  if (settings.has_control) open_control_socket();
  if (settings.metrics) metrics_.emplace(inspected_, *settings.metrics);
  std::uint64_t watchdog_microseconds = 0;
  if (::sd_watchdog_enabled(0, &watchdog_microseconds) > 0)
    watchdog_interval_ = std::chrono::microseconds{watchdog_microseconds} / 2;
  beat_interval_ = watchdog_interval_ > 0s ? std::min(watchdog_interval_, usual_beat) : usual_beat;
}

void node::open_fault_socket() {
  const auto path = settings_.socket + ".faults";
  fault_socket_.emplace(
      path, delivery::socket_rights::owner_and_group,
      line_service{
          .refusal = {},
          .answer = [this](const auto& line, const auto&) { return fault_console_.obey(line); },
          .too_long = "error: the order is too long"});
  probe::tell(probe::event_kind::node, probe::event_level::warning, "faults",
              fmt::format("faults are allowed: whoever may write to {} can break this node", path));
}

void node::open_control_socket() {
  const auto path = settings_.control.empty() ? settings_.socket + ".control" : settings_.control;
  control_socket_.emplace(
      path, delivery::socket_rights::owner,
      line_service{.refusal = refusal_of,
                   .came = [this](const auto& who) { desk_.came(as_asker(who)); },
                   .left = [this](const auto& who) { desk_.left(as_asker(who)); },
                   .answer = [this](const auto& line,
                                    const auto& who) { return desk_.answer(line, as_asker(who)); },
                   .takes_long = node_desk::takes_long,
                   .too_long = R"({"error":"the question is longer than 8 KiB","version":1})"});
}

void node::run() {
  started_ = std::chrono::steady_clock::now();
  runtime::watch signal_watch{poller_, signals_.wait_descriptor(),
                              caf::actor_cast<caf::strong_actor_ptr>(self_)};
  start_supervisor();
  try {
    serve(signal_watch);
  } catch (...) {
    end_in_good_order();  // the actors use what this object owns
    throw;
  }
  end_in_good_order();
}

void node::serve(runtime::watch& signal_watch) {
  signal_watch.arm(runtime::interest::read);
  announce();
  if (settings_.duration) self_->delayed_send(self_, *settings_.duration, stop_atom::value);
  if (settings_.stats_interval > 0s)
    self_->delayed_send(self_, settings_.stats_interval, tick_atom::value);
  self_->send(self_, beat_atom::value);

  while (!ending_) {
    self_->receive(
        [&](const readiness&) {
          take_signals();
          signal_watch.arm(runtime::interest::read);
        },
        [&](over_atom) {
          probe::tell(probe::event_kind::node, probe::event_level::info, "source",
                      "the sound is over");
          source_over_ = ending_ = true;
        },
        [&](start_atom) { announce(); }, [&](stop_atom) { ending_ = true; },
        [&](tick_atom) { log_statistics(); }, [&](beat_atom) { look_after_tree(); },
        [&](const caf::down_msg& news) { supervisor_ended(news.reason); },
        caf::after(silence_limit) >> [&] { look_without_reactor(); });
  }
}

/// Once all actors are up.
void node::announce() {
  if (!tree_.memory().record->report().started) {
    self_->delayed_send(self_, 1ms, start_atom::value);
    return;
  }
  probe::tell(probe::event_kind::node, probe::event_level::info, settings_.socket,
              fmt::format("serving {} at {}", tree_.sound().description, settings_.socket));
  if (tree_.network() != nullptr && tree_.network()->listening_at())
    probe::tell(probe::event_kind::node, probe::event_level::info, "links",
                fmt::format("serving other nodes at troupe://{}",
                            to_string(*tree_.network()->listening_at())));
  ::sd_notify(0, "READY=1");
}

void node::start_supervisor() {
  supervisor_ = tree_.start();
  self_->monitor(supervisor_);
  supervisor_is_there_ = true;
}

/// It gave up; or it failed itself, and the next one goes on with its children.
void node::supervisor_ended(const caf::error& reason) {
  supervisor_is_there_ = false;
  gave_up_ = tree_.memory().record->report().gave_up;
  const auto why = supervision::describe(reason, system_);
  if (gave_up_.empty() && !supervisor_failures_.allow_restart(0, std::chrono::steady_clock::now()))
    gave_up_ = fmt::format("the supervisor failed {} times, the last time: {}",
                           supervisor_failures_.count(), why);
  ending_ = ending_ || !gave_up_.empty();
  if (ending_) return;
  probe::tell(probe::event_kind::actor, probe::event_level::error, "supervisor",
              fmt::format("the supervisor failed: {}; another one goes on", why));
  tree_.supervisor_failed(why);
  start_supervisor();
}

/// systemd restarts the node when it hears nothing: while an actor is stuck that could not be
/// replaced, that is what is wanted.
void node::look_after_tree() {
  self_->scheduled_send(self_, next_beat(std::chrono::steady_clock::now(), beat_interval_),
                        beat_atom::value);
  tree_.look_at_supervisor();
  if (inspected_.probes) inspected_.probes->trace().forget_old();
  if (watchdog_interval_ > 0s && tree_.is_healthy()) ::sd_notify(0, "WATCHDOG=1");
}

/// Not even the beat comes: who asks for the end is heard all the same. It is told the second time:
/// once it may be that the whole process stood still.
void node::look_without_reactor() {
  const auto now = std::chrono::steady_clock::now();
  const bool again = now - std::exchange(silence_noticed_, now) < 2 * silence_limit;
  if (again)
    probe::tell(probe::event_kind::node, probe::event_level::error, "threads",
                fmt::format("the actors' threads do not get on: all {} are busy",
                            runtime::reactor::of(system_).threads()));
  tree_.look_at_supervisor();
  take_signals();
}

void node::take_signals() {
  while (const int signal = signals_.take()) {
    if (signal == SIGHUP && settings_.has_config_file) {
      change_codec();
    } else {
      probe::tell(probe::event_kind::node, probe::event_level::info, "node",
                  fmt::format("asked to end by signal {}", signal));
      ending_ = true;
    }
  }
}

void node::log_statistics() {
  self_->delayed_send(self_, settings_.stats_interval, tick_atom::value);
  const auto clients = tree_.memory().ledger->report();
  const auto source = tree_.sound().report();
  std::string total;
  const auto latency = tree_.memory().latency->summary_of(latency_stage::total);
  if (latency && latency->last_minute.count > 0)
    total = fmt::format(", latency {:.0f} us, {:.0f} for 99 %, {:.0f} at most (last minute)",
                        to_microseconds(latency->last_minute.p50),
                        to_microseconds(latency->last_minute.p99),
                        to_microseconds(latency->last_minute.max));
  std::string unwanted;
  if (source.frames_unwanted > 0)
    unwanted = fmt::format(", {} not encoded for want of a listener", source.frames_unwanted);
  std::string level;
  const auto& adaptation = *tree_.memory().adaptation;
  if (const auto now = adaptation.level(); now != no_adaptation)
    level = fmt::format(", {} level {}", to_string(adaptation.mode()), to_number(now));
  spdlog::info("{} clients, {} frames produced{}, {} delivered, {} dropped{}{}",
               clients.clients_connected, source.frames_produced, unwanted,
               clients.total.frames_delivered, clients.total.frames_dropped.total(), total, level);
}

/// Nobody new, no new frames, what is queued out, then the actors in reverse order of their start.
void node::end_in_good_order() {
  ::sd_notify(0, "STOPPING=1");
  desk_.hurry();
  const auto now = std::chrono::steady_clock::now();
  if (supervisor_is_there_) {
    drain(now + asking_limit);
    stop_supervisor(now + end_limit);
  }
  drain_without_supervisor();
  if (!supervisor_is_there_) tree_.kill_children();
  // Whoever is left has been asked, and told, to end: it either ends at once or is stuck.
  has_stuck_actors_ = !alone_by(std::chrono::steady_clock::now() + last_moment);
  if (has_stuck_actors_)
    probe::tell(probe::event_kind::node, probe::event_level::error, "node",
                "an actor is stuck; the node ends without it");
  metrics_.reset();
  control_socket_.reset();
  fault_socket_.reset();
  tree_.memory().listener->close();
}

void node::drain(steady_time deadline) {
  const auto& roles = tree_.roles();
  const auto limit = [&](std::chrono::nanoseconds most) {
    const std::chrono::nanoseconds left = deadline - std::chrono::steady_clock::now();
    return std::clamp<std::chrono::nanoseconds>(left, 10ms, most);
  };
  await_answer<bool>(*self_.ptr(), roles.acceptor, limit(answer_limit), stop_atom::value);
  await_answer<source_report>(*self_.ptr(), roles.source, limit(answer_limit), stop_atom::value);
  // The last frames are past the frame processor once it answers.
  await_answer<processor_report>(*self_.ptr(), roles.frame_processor, limit(answer_limit),
                                 report_atom::value);
  await_answer<clients_report>(*self_.ptr(), roles.client_registry,
                               limit(drain_limit + answer_limit), drain_atom::value,
                               std::chrono::nanoseconds{drain_limit});
}

void node::stop_supervisor(steady_time deadline) {
  self_->send(supervisor_, stop_atom::value);
  const auto has_time = [&] { return std::chrono::steady_clock::now() < deadline; };
  self_->receive_while([&] { return supervisor_is_there_ && has_time(); })(
      [&](const caf::down_msg&) {
        supervisor_is_there_ = false;
        gave_up_ = tree_.memory().record->report().gave_up;  // just now, perhaps
      },
      caf::after(10ms) >> [] {});
  if (supervisor_is_there_)
    probe::tell(probe::event_kind::node, probe::event_level::warning, "supervisor",
                "the supervisor did not end");
}

/// For clients that are still there when the supervisor has ended its children, because it gave up,
/// or because the client registry was away: they are to hear of the end as well.
void node::drain_without_supervisor() {
  const auto connections = tree_.memory().ledger->connections();
  if (connections.empty()) return;
  for (const auto& connection : connections)
    caf::anon_send(connection, drain_atom::value, std::chrono::nanoseconds{drain_limit});
  static_cast<void>(alone_by(std::chrono::steady_clock::now() + drain_limit));
}

/// Whether all actors have ended by then.
bool node::alone_by(steady_time deadline) const {
  const auto alone = [&] { return system_.registry().running() <= 1; };
  while (!alone() && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(1ms);
  return alone();
}

/// The actors are gone: what their restarts would have kept tells what they did.
node_summary node::summarize() const {
  const auto& memory = tree_.memory();
  node_summary summary;
  summary.duration = std::chrono::steady_clock::now() - started_;
  summary.source = tree_.sound().report();
  if (tree_.network() != nullptr) summary.upstream = tree_.network()->upstream->report();
  summary.processor = memory.audience->report();
  summary.clients = memory.ledger->final_report();
  summary.latency = memory.latency->report();
  summary.adaptation = memory.adaptation->report();
  summary.children = tree_.children();
  summary.restart_history = tree_.history();
  read_resource_usage(summary);
  return summary;
}

void node::throw_if_failed() const {
  if (!gave_up_.empty()) throw supervision_failure{gave_up_};
  const auto source = tree_.sound().report();
  if (source_over_ && source.frames_produced + source.frames_unwanted == 0)
    throw failure{failure_kind::empty_source, to_string(settings_.source) +
                                                  " ended before it gave any sound; check what "
                                                  "writes to it"};
}

void node::change_codec() {
  try {
    settings_.codec = read_codec_again_();
  } catch (const std::exception& trouble) {
    probe::tell(probe::event_kind::adaptation, probe::event_level::error, "codec",
                fmt::format("the codec stays as it is: {}", trouble.what()));
    return;
  }
  self_->request(tree_.roles().optimiser, answer_limit, settings_.codec)
      .receive(
          [] {
            probe::tell(probe::event_kind::adaptation, probe::event_level::info, "codec",
                        "the codec's settings were read again");
          },
          [&](const caf::error& error) {
            if (error == caf::sec::request_timeout)
              probe::tell(probe::event_kind::adaptation, probe::event_level::warning, "codec",
                          fmt::format("the source is busy or being restarted; it takes the codec's "
                                      "settings when it is back"));
            else
              probe::tell(probe::event_kind::adaptation, probe::event_level::error, "codec",
                          fmt::format("the codec stays as it is: {}",
                                      supervision::describe(error, system_)));
          });
}

}  // namespace troupe
