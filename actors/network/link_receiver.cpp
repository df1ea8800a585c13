#include "actors/network/link_receiver.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <caf/io/system_messages.hpp>
#include <spdlog/spdlog.h>

#include "actors/network/host_resolver.hpp"
#include "actors/network/link_sender.hpp"
#include "protocol/failure.hpp"

namespace troupe::network {
namespace {

using namespace std::chrono_literals;

/// A clock that is further off than this was set, and is followed at once; others are followed so
/// slowly that nobody hears it: 0.5 ms a second.
constexpr std::chrono::nanoseconds largest_slew = 50ms;
constexpr std::int64_t slew_divisor = 2000;
/// Of sound that may be under way.
constexpr std::uint64_t fewest_in_window = 4;
constexpr std::uint64_t most_in_window = link_sender_state::most_credit / 2;

std::string words_for(const caf::error& error, const caf::actor_system& system) {
  if (error == caf::sec::incompatible_application_ids) return "it is no node of Troupe";
  if (error == caf::sec::incompatible_versions) return "it is built on another version of CAF";
  if (error == caf::sec::request_timeout) return "it does not answer";
  if (error == caf::sec::invalid_argument && !error.context().empty() &&
      error.context().match_elements<std::string>())
    return error.context().get_as<std::string>(0);
  return system.render(error);
}

}  // namespace

// -- finding an upstream ------------------------------------------------------

void link_receiver_state::open(link_settings its_settings,
                               link_receiver_colleagues its_colleagues) {
  settings = std::move(its_settings);
  colleagues = std::move(its_colleagues);
  for (const auto& address : settings.source.upstreams)
    candidates.push_back({.address = address,
                          .pause = supervision::backoff{settings.backoff},
                          .next_attempt = {},
                          .last_refusal = {}});
  self->set_down_handler([this](const caf::down_msg& news) {
    if (upstream && news.source == upstream->sender.address()) lose("it went away");
  });
  last_look = self->clock().now();
  look();
}

void link_receiver_state::look() {
  if (ended) return;
  const auto now = self->clock().now();
  // We stood still ourselves: what came meanwhile has not been heard yet.
  if (upstream && now - last_look > settings.lost_after) upstream->last_heard = now;
  last_look = now;
  if (under_way && now >= under_way->deadline) fail_attempt(why_no_answer());
  if (upstream && now - upstream->last_heard > settings.lost_after) {
    lose("nothing came from it for too long");
  } else if (upstream) {
    ask_for_time();
  }
  hand_over_latencies();
  if (!under_way) try_next();
  look_at(next_time_to_look(now));
}

std::string link_receiver_state::why_no_answer() const {
  const bool is_taken = under_way->connection || (under_way->dial && under_way->dial->is_taken());
  if (!is_taken) return "it does not answer";
  return settings.tls ? "it took the connection, but does not go on with TLS"
                      : "it took the connection, but says nothing; it may want TLS: --tls-cert, "
                        "--tls-key, --tls-ca";
}

steady_time link_receiver_state::next_time_to_look(steady_time now) const {
  auto next = next_beat(now, look_interval);
  if (under_way) return std::min(next, under_way->deadline);
  for (std::size_t i = 0; i < better_candidates(); ++i)
    next = std::min(next, candidates[i].next_attempt);
  return next;
}

void link_receiver_state::look_at(steady_time when) {
  if (next_look && *next_look <= when) return;
  next_look = when;
  self->scheduled_send(self, when, tick_atom::value);
}

/// Those that are to be preferred to the one that serves, if any.
std::size_t link_receiver_state::better_candidates() const {
  return upstream ? upstream->to : candidates.size();
}

void link_receiver_state::try_next() {
  const auto now = self->clock().now();
  for (std::size_t i = 0; i < better_candidates(); ++i) {
    if (candidates[i].next_attempt > now) continue;
    begin_attempt(i);
    return;
  }
}

void link_receiver_state::begin_attempt(std::size_t to) {
  under_way.emplace();
  under_way->to = to;
  under_way->number = ++attempts;
  under_way->deadline = self->clock().now() + settings.connect_timeout;
  const auto& address = candidates[to].address;
  if (const auto endpoint = parse_endpoint(address.host, address.port)) {
    under_way->endpoints.push_back(*endpoint);
    dial_next_endpoint({});
  } else {
    resolve_host(address);
  }
}

/// `act` is called with what an answer brings, unless the attempt that asked is over by then.
template <class... Answer, class Act>
auto link_receiver_state::if_still_attempted(Act act) {
  return [this, number = attempts, act = std::move(act)](const Answer&... answer) {
    if (under_way && under_way->number == number) act(answer...);
  };
}

/// On a thread of its own: it may take seconds.
void link_receiver_state::resolve_host(const node_address& address) {
  const auto resolver = self->spawn<caf::detached>(host_resolver, address);
  self->request(resolver, settings.connect_timeout, start_atom::value)
      .then(if_still_attempted<host_endpoints>([this](const host_endpoints& found) {
              under_way->endpoints = found.endpoints;
              std::reverse(under_way->endpoints.begin(), under_way->endpoints.end());
              dial_next_endpoint(found.failure);
            }),
            if_still_attempted<caf::error>([this](const caf::error&) {
              fail_attempt("its host's name is not answered for");
            }));
}

/// From the back.
void link_receiver_state::dial_next_endpoint(const std::string& why_not_the_last) {
  under_way->dial.reset();
  if (under_way->endpoints.empty()) {
    fail_attempt(why_not_the_last);
    return;
  }
  const auto to = under_way->endpoints.back();
  under_way->endpoints.pop_back();
  under_way->dial = std::make_unique<link_dial>(
      *colleagues.poller, caf::strong_actor_ptr{self->ctrl()}, to, settings.tls);
  if (!under_way->dial->failure().empty()) {
    const auto why = under_way->dial->failure();
    dial_next_endpoint(why);
  }
}

void link_receiver_state::go_on_dialling() {
  if (!under_way || !under_way->dial) return;
  switch (under_way->dial->advance()) {
    case link_dial::progress::under_way:
      return;
    case link_dial::progress::connected:
      greet();
      return;
    case link_dial::progress::failed: {
      const auto why = under_way->dial->failure();
      dial_next_endpoint(why);
    }
  }
}

/// CAF's own first words.
void link_receiver_state::greet() {
  const auto& address = candidates[under_way->to].address;
  under_way->connection = caf::make_counted<link_scribe>(
      multiplexer::of(self->system()), under_way->dial->take(), address, initiative::ours);
  under_way->dial.reset();
  self->request(colleagues.broker, settings.connect_timeout, caf::connect_atom::value,
                caf::io::scribe_ptr{under_way->connection}, address.port)
      .then(if_still_attempted<caf::node_id, caf::strong_actor_ptr, std::set<std::string>>(
                [this](const caf::node_id&, const caf::strong_actor_ptr& whom,
                       const std::set<std::string>& interface) { ask(whom, interface); }),
            if_still_attempted<caf::error>(
                [this](const caf::error& error) { fail_attempt(why_not_greeted(error)); }));
}

/// Of a connection that broke in the middle, why it did is known better at its end.
std::string link_receiver_state::why_not_greeted(const caf::error& error) const {
  if (error == caf::sec::request_timeout) return why_no_answer();
  auto told = under_way->connection->end_reason();
  const bool broke =
      error == caf::sec::cannot_connect_to_node || error == caf::sec::disconnect_during_handshake;
  if (!broke) return words_for(error, self->system());
  if (settings.tls && !told.empty() && told != link_scribe::ended_by_peer) return told;
  return std::string{"it ended the connection before it had begun; it may be no node of Troupe"} +
         (settings.tls ? "" : ", or want TLS: --tls-cert, --tls-key, --tls-ca");
}

void link_receiver_state::ask(const caf::strong_actor_ptr& whom,
                              const std::set<std::string>& interface) {
  const auto needed = self->system().message_types(caf::detail::type_list<link_door_actor>{});
  if (!whom || !self->system().assignable(interface, needed)) {
    fail_attempt("it gives no stream, or is a node of another version");
    return;
  }
  const link_request request{.subscriber = colleagues.position->identity(),
                             .name = colleagues.position->name()};
  self->request(caf::actor_cast<link_door_actor>(whom), settings.connect_timeout, request,
                link_receiver_actor{self})
      .then(if_still_attempted<link_offer, link_sender_actor>(
                [this](const link_offer& offer, const link_sender_actor& sender) {
                  join(offer, sender);
                }),
            if_still_attempted<caf::error>([this](const caf::error& error) {
              fail_attempt(words_for(error, self->system()));
            }));
}

void link_receiver_state::join(const link_offer& offer, const link_sender_actor& sender) {
  if (passes(offer.path, colleagues.position->identity())) {
    self->send(sender, link_goodbye{"that would be a loop"});
    fail_attempt("its stream comes from this node: that would be a loop");
    return;
  }
  auto reached = *std::exchange(under_way, std::nullopt);
  const auto former = std::exchange(upstream, std::nullopt);
  const auto now = self->clock().now();
  auto& link = upstream.emplace();
  link.to = reached.to;
  link.sender = sender;
  link.connection = reached.connection;
  link.joined = link.last_heard = now;
  ++epoch;
  self->monitor(sender);
  if (former) let_go(*former);
  candidates[link.to].last_refusal.clear();
  follow_path(offer.path);
  const auto where = to_string(candidates[link.to].address);
  spdlog::info("linked to the node at {} ({})", where, offer.name);
  colleagues.record->write([&](auto& report) {
    ++report.connects;
    report.upstream = where;
  });
  ask_for_time();
}

void link_receiver_state::fail_attempt(const std::string& why) {
  const auto failed = *std::exchange(under_way, std::nullopt);
  auto& whom = candidates[failed.to];
  hang_up(failed.connection);
  put_off(whom, {});
  if (whom.last_refusal != why)
    spdlog::warn("no link to the node at {}: {}; it is tried again", to_string(whom.address), why);
  whom.last_refusal = why;
  colleagues.record->write([&](auto& report) {
    ++report.refusals;
    report.last_refusal = to_string(whom.address) + ": " + why;
  });
  look_at(self->clock().now());
}

void link_receiver_state::put_off(link_candidate& whom, std::chrono::nanoseconds it_was_up) {
  const double chance = std::uniform_real_distribution<double>{}(randomness);
  whom.next_attempt = self->clock().now() + whom.pause.after_failure(it_was_up, chance);
}

// -- keeping it ---------------------------------------------------------------

void link_receiver_state::lose(const std::string& why) {
  const auto lost = *std::exchange(upstream, std::nullopt);
  auto& whom = candidates[lost.to];
  self->demonitor(lost.sender.address());
  hang_up(lost.connection);
  put_off(whom, self->clock().now() - lost.joined);
  spdlog::warn("the link to the node at {} is lost: {}", to_string(whom.address), why);
  colleagues.position->set_upstream({});
  colleagues.record->write([](auto& report) {
    ++report.losses;
    report.upstream.clear();
  });
  look_at(self->clock().now());
}

void link_receiver_state::hear_goodbye(const link_goodbye& goodbye) {
  colleagues.record->write([](auto& report) { ++report.goodbyes; });
  lose(goodbye.reason);
}

/// In good order.
void link_receiver_state::let_go(const upstream_link& former) {
  self->demonitor(former.sender.address());
  self->send(former.sender, link_goodbye{"it left"});
  hang_up(former.connection);
}

/// Once what was said has gone out. There may be no connection yet.
void link_receiver_state::hang_up(const caf::intrusive_ptr<link_scribe>& connection) {
  if (!connection) return;
  multiplexer::of(self->system()).post([connection] { connection->hang_up(); });
}

void link_receiver_state::ask_for_time() {
  const clock_question question{settings.unix_clock().time_since_epoch().count()};
  self->request(upstream->sender, settings.lost_after, question)
      .then(
          [this, question, asked_in = epoch](const clock_answer& answer) {
            if (upstream && asked_in == epoch && answer.asked_unix_ns == question.asked_unix_ns)
              hear_time(answer);
          },
          [](const caf::error&) {});  // the silence is noticed
}

void link_receiver_state::hear_time(const clock_answer& answer) {
  const auto heard = settings.unix_clock();
  if (!is_plausible_time(answer.came_unix_ns, heard) ||
      !is_plausible_time(answer.answered_unix_ns, heard))
    return;
  const auto to_time = [](std::int64_t count) {
    return unix_time{std::chrono::nanoseconds{count}};
  };
  const auto now = self->clock().now();
  upstream->last_heard = now;
  const bool agrees = upstream->clock.add({.asked = to_time(answer.asked_unix_ns),
                                           .came = to_time(answer.came_unix_ns),
                                           .answered = to_time(answer.answered_unix_ns),
                                           .heard = heard,
                                           .heard_at = now});
  if (!agrees) spdlog::info("the clock here or at the upstream was set; capture times follow it");
  const auto estimate = *upstream->clock.at(now);
  spdlog::trace(
      "at {} ns of the steady clock, the upstream's clock is {} ns ahead, give or take {}",
      now.time_since_epoch().count(), estimate.offset.count(), estimate.error.count());
  colleagues.record->write([&](auto& report) {
    report.clock_offset = estimate.offset;
    report.clock_error = estimate.error;
    report.clock_drift_ppm = estimate.drift * 1e6;
    report.origin_error = estimate.error + std::chrono::nanoseconds{upstream->path.clock_error_ns};
  });
  if (upstream->granted == 0) grant();
}

std::uint64_t link_receiver_state::frames_in_window() const {
  const auto duration = std::max<std::chrono::nanoseconds>(format.frame_duration(), 1ms);
  return std::clamp(static_cast<std::uint64_t>(settings.window / duration), fewest_in_window,
                    most_in_window);
}

void link_receiver_state::grant() {
  upstream->granted = std::max(upstream->granted, upstream->received + frames_in_window());
  self->send(upstream->sender,
             link_credit{.granted = upstream->granted, .received = upstream->received});
}

bool link_receiver_state::is_from_upstream() const {
  return upstream && self->current_sender() == upstream->sender;
}

void link_receiver_state::follow_path(const link_path& path) {
  if (passes(path, colleagues.position->identity())) {
    lose("its stream comes from this node by now: that would be a loop");
    return;
  }
  upstream->path = path;
  colleagues.position->set_upstream(path);
}

// -- frames -------------------------------------------------------------------

void link_receiver_state::receive(const link_frame& frame) {
  if (!is_from_upstream()) return;
  upstream->last_heard = self->clock().now();
  ++upstream->received;
  if (upstream->granted - upstream->received <= frames_in_window() / 2) grant();
  colleagues.record->write([&](auto& report) {
    ++report.frames_received;
    report.bytes_received += frame.packet.size();
  });
  if (is_new(frame)) pass_on(frame);
}

/// Numbers go on from one upstream to the next, if their streams come from the same node.
bool link_receiver_state::is_new(const link_frame& frame) {
  auto& last = colleagues.record->last;
  const bool is_same_stream = last && to_number(last->stream) == frame.stream;
  if (is_same_stream && frame.sequence <= to_number(last->sequence)) {
    colleagues.record->write([](auto& report) { ++report.frames_duplicate; });
    return false;
  }
  if (is_same_stream)
    colleagues.record->write([&](auto& report) {
      report.frames_missing += frame.sequence - to_number(last->sequence) - 1;
    });
  last = {.stream = stream_id{frame.stream}, .sequence = frame_sequence{frame.sequence}};
  return true;
}

void link_receiver_state::pass_on(const link_frame& frame) {
  auto builder = frame.is_plausible(settings.unix_clock()) ? pool.acquire() : std::nullopt;
  if (!builder) {
    colleagues.record->write([](auto& report) { ++report.frames_unfit; });
    return;
  }
  format = frame.format;
  std::memcpy(builder->packet_space().data(), frame.packet.data(), frame.packet.size());
  const auto offset = follow_clock();
  const auto here = [&](std::int64_t there) {
    return unix_time{std::chrono::nanoseconds{there} - offset};
  };
  const auto now = settings.unix_clock();
  const auto captured = here(frame.captured_unix_ns);
  const frame_info info{.sequence = frame_sequence{frame.sequence},
                        .captured = captured,
                        .encoded = self->clock().now(),
                        .format = frame.format,
                        .age_when_encoded = now - captured,
                        .stream = stream_id{frame.stream}};
  colleagues.frames->post(std::move(*builder).finish(frame.packet.size(), info), self->context());
  latencies.add(latency_stage::link,
                std::max<std::chrono::nanoseconds>(now - here(frame.sent_unix_ns), 0ns));
  if (latencies.full()) hand_over_latencies();
}

/// Within its error the offset stays as it is, so that capture times are a frame apart.
std::chrono::nanoseconds link_receiver_state::follow_clock() {
  const auto estimate = upstream->clock.at(self->clock().now());
  if (!estimate) return {};
  auto& offset = upstream->offset;
  if (!offset) offset = estimate->offset;
  const auto off_by = estimate->offset - *offset;
  if (std::chrono::abs(off_by) > largest_slew) {
    offset = estimate->offset;
  } else if (std::chrono::abs(off_by) > estimate->error) {
    const auto step = format.frame_duration() / slew_divisor;
    *offset += std::clamp(off_by, -step, step);
  }
  return *offset;
}

void link_receiver_state::hand_over_latencies() {
  if (latencies.empty()) return;
  auto batch = latencies.take();
  if (colleagues.latency_monitor) self->send(colleagues.latency_monitor, std::move(batch));
}

void link_receiver_state::end() {
  if (std::exchange(ended, true)) return;
  if (under_way) hang_up(under_way->connection);
  under_way.reset();
  if (upstream) let_go(*upstream);
  upstream.reset();
  hand_over_latencies();
}

link_receiver_actor::behavior_type link_receiver(
    supervision::player_pointer<link_receiver_actor, link_receiver_state> self,
    link_settings settings, link_receiver_colleagues colleagues) {
  self->state.open(std::move(settings), std::move(colleagues));
  return {
      [self](const readiness&) { self->state.go_on_dialling(); },
      [](const codec_settings&) -> caf::result<void> {
        return caf::make_error(caf::sec::invalid_argument,
                               "the stream is encoded by another node; ask that one");
      },
      [self](stop_atom) {
        self->state.end();
        return self->state.colleagues.record->as_source();
      },
      [self](report_atom) { return self->state.colleagues.record->as_source(); },
      [self](const link_frame& frame) { self->state.receive(frame); },
      [self](const link_path& path) {
        if (self->state.is_from_upstream()) self->state.follow_path(path);
      },
      [self](const link_goodbye& goodbye) {
        if (self->state.is_from_upstream()) self->state.hear_goodbye(goodbye);
      },
      [self](tick_atom) {
        auto& state = self->state;
        if (!state.next_look || self->clock().now() < *state.next_look) return;
        state.next_look.reset();
        state.look();
      },
  };
}

}  // namespace troupe::network
