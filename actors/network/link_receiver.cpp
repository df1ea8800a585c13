#include "actors/network/link_receiver.hpp"

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/network/link_sender.hpp"
#include "actors/network/printable.hpp"
#include "actors/probe/journal.hpp"

namespace troupe::network {
namespace {

using namespace std::chrono_literals;

/// Of sound that may be under way.
constexpr std::uint64_t fewest_in_window = 4;
constexpr std::uint64_t most_in_window = link_sender_state::most_credit / 2;
/// Of one stream. Numbers that are further apart are not believed to count what lies between.
constexpr std::chrono::nanoseconds longest_gap = 1min;
/// Whatever a peer says of its clock's error: it can still be added to.
constexpr std::chrono::nanoseconds largest_error = 24h * 365 * 100;

link_path bounded(link_path path) {
  path.clock_error_ns = std::clamp(path.clock_error_ns, std::int64_t{0}, largest_error.count());
  return path;
}

}  // namespace

bool log_gate::opens(steady_time now) {
  if (opened_ && now - *opened_ < 1min) return false;
  opened_ = now;
  return true;
}

// -- finding an upstream ------------------------------------------------------

void link_receiver_state::open(link_settings its_settings,
                               link_receiver_colleagues its_colleagues) {
  settings = std::move(its_settings);
  colleagues = std::move(its_colleagues);
  candidates = link_candidates{settings};
  self->set_down_handler([this](const caf::down_msg& news) {
    for (const auto* link : {&upstream, &newcomer})
      if (*link && news.source == (*link)->sender.address())
        return end_link((*link)->number, "it went away");
  });
  last_look = self->clock().now();
  look();
}

void link_receiver_state::look() {
  if (ended) return;
  const auto now = self->clock().now();
  // We stood still ourselves: what came meanwhile has not been heard yet.
  if (now - last_look > 2 * look_interval)
    for (auto* link : {&upstream, &newcomer})
      if (*link) (*link)->last_heard = (*link)->last_sound = now;
  last_look = now;
  if (under_way && now >= under_way->deadline()) under_way->give_up_step();
  look_after(newcomer, now);
  look_after(upstream, now);
  hand_over_latencies();
  try_next();
  look_at(next_time_to_look(now));
}

void link_receiver_state::look_after(std::optional<upstream_link>& link, steady_time now) {
  if (!link) return;
  if (now - link->last_heard >= settings.lost_after)
    end_link(link->number, "nothing came from it for too long");
  else if (&link == &newcomer && has_no_sound(*link, now))
    dismiss_newcomer("it is there, but has no sound");
  else if (now >= link->next_question)
    ask_for_time(*link, now);
}

steady_time link_receiver_state::next_time_to_look(steady_time now) const {
  auto next = next_beat(now, look_interval);
  if (under_way) next = std::min(next, under_way->deadline());
  for (const auto* link : {&upstream, &newcomer}) {
    if (!*link) continue;
    next = std::min(next, (*link)->last_heard + settings.lost_after);
    if (!has_no_sound(**link, now))
      next = std::min(next, (*link)->last_sound + settings.no_sound_after);
  }
  if (!may_try_another()) return next;
  return std::min(next, candidates.next_turn([&](std::size_t i) { return is_wanted(i, now); }));
}

void link_receiver_state::look_at(steady_time when) {
  if (next_look && *next_look <= when) return;
  next_look = when;
  self->scheduled_send(self, when, tick_atom::value);
}

bool link_receiver_state::may_try_another() const { return !under_way && !newcomer; }

/// Whether it may take the place of the one that serves.
bool link_receiver_state::is_wanted(std::size_t candidate, steady_time now) const {
  if (!upstream || candidate < upstream->to) return true;
  return candidate != upstream->to && has_no_sound(*upstream, now);
}

void link_receiver_state::try_next() {
  if (ended || !may_try_another()) return;
  const auto now = self->clock().now();
  const auto next = candidates.due(now, [&](std::size_t i) { return is_wanted(i, now); });
  if (next) begin_attempt(*next);
}

void link_receiver_state::begin_attempt(std::size_t to) {
  under_way = std::make_unique<link_attempt>(
      self, settings, colleagues, candidates[to],
      link_attempt::outcomes{
          .taken_in =
              [this, to](const link_offer& offer, const link_sender_actor& sender) {
                const auto attempt = std::exchange(under_way, nullptr);
                join(to, offer, sender, attempt->take_connection());
              },
          .failed =
              [this, to](const std::string& why) {
                const auto attempt = std::exchange(under_way, nullptr);
                fail_attempt(to, why);
              }});
  under_way->begin();
}

void link_receiver_state::join(std::size_t to, const link_offer& offer,
                               const link_sender_actor& sender,
                               caf::intrusive_ptr<link_scribe> connection) {
  const auto now = self->clock().now();
  candidates[to].was_linked = true;
  upstream_link link{.to = to,
                     .number = ++links,
                     .publisher = offer.publisher,
                     .name = printable(offer.name),
                     .sender = sender,
                     .connection = std::move(connection),
                     .path = bounded(offer.path),
                     .joined = now,
                     .last_heard = now,
                     .last_sound = now,
                     .next_question = now,
                     .clock = {}};
  if (is_of_use(link)) {
    self->monitor(sender);
    ask_for_time(link, now);
    if (upstream)
      newcomer = std::move(link);
    else
      serve(std::move(link));
  }
  look_at(now);
}

/// One that is not is let go.
bool link_receiver_state::is_of_use(const upstream_link& link) {
  if (passes(link.path, colleagues.position->identity())) {
    let_go(link, "that would be a loop");
    fail_attempt(link.to, "its stream comes from this node: that would be a loop");
    return false;
  }
  if (upstream && upstream->publisher == link.publisher) {
    let_go(link, "it is linked already");
    leave_alone(link.to);
    return false;
  }
  if (is_wanted(link.to, self->clock().now())) return true;
  let_go(link, "it is not needed any more");
  return false;
}

void link_receiver_state::fail_attempt(std::size_t to, const std::string& why) {
  const auto now = self->clock().now();
  note_refusal(to, why);
  candidates.put_off(to, now, {});
  look_at(now);
}

void link_receiver_state::note_refusal(std::size_t to, const std::string& why) {
  auto& whom = candidates[to];
  if (std::exchange(whom.last_refusal, why) != why)
    probe::tell(probe::event_kind::link, probe::event_level::warning, to_string(whom.address),
                fmt::format("no link to the node at {}: {}; it is tried again",
                            to_string(whom.address), why));
  colleagues.record->write([&](auto& report) {
    ++report.refusals;
    report.last_refusal = to_string(whom.address) + ": " + why;
  });
}

void link_receiver_state::leave_alone(std::size_t known) {
  auto& whom = candidates[known];
  const std::string why = "it is the one that serves already";
  if (std::exchange(whom.last_refusal, why) != why)
    probe::tell(probe::event_kind::link, probe::event_level::info, to_string(whom.address),
                fmt::format("the node at {}: {}, at {}", to_string(whom.address), why,
                            to_string(candidates[upstream->to].address)));
  candidates.put_off_as_upstream(known, self->clock().now());
}

// -- keeping it ---------------------------------------------------------------

bool link_receiver_state::has_no_sound(const upstream_link& link, steady_time now) const {
  return now - link.last_sound >= settings.no_sound_after;
}

/// What both send is known by its number, so the change costs no frame.
void link_receiver_state::promote_newcomer() {
  auto next = *std::exchange(newcomer, std::nullopt);
  if (const auto former = std::exchange(upstream, std::nullopt)) {
    const auto now = self->clock().now();
    if (has_no_sound(*former, now)) {
      probe::tell(probe::event_kind::link, probe::event_level::warning,
                  to_string(candidates[former->to].address),
                  fmt::format("the node at {} has no sound, and is left for another",
                              to_string(candidates[former->to].address)));
      candidates.put_off_as_silent(former->to, now, former->last_sound - former->joined);
      note_loss();
    }
    let_go(*former, "it left");
  }
  serve(std::move(next));
}

void link_receiver_state::serve(upstream_link&& link) {
  upstream = std::move(link);
  auto& whom = candidates[upstream->to];
  whom.last_refusal.clear();
  const auto where = to_string(whom.address);
  probe::tell(probe::event_kind::link, probe::event_level::info, where,
              fmt::format("linked to the node at {} ({})", where, upstream->name));
  colleagues.record->write([&](auto& report) {
    ++report.connects;
    if (report.returns < report.losses) ++report.returns;
    report.upstream = where;
  });
  tell_path({});
  note_clock();
}

void link_receiver_state::end_link(std::uint64_t number, const std::string& why) {
  if (newcomer && newcomer->number == number) return dismiss_newcomer(why);
  if (upstream && upstream->number == number) lose(why);
}

void link_receiver_state::lose(const std::string& why) {
  const auto now = self->clock().now();
  const auto lost = *std::exchange(upstream, std::nullopt);
  self->demonitor(lost.sender.address());
  hang_up(self->system(), lost.connection);
  candidates.put_off(lost.to, now, now - lost.joined);
  probe::tell(probe::event_kind::link, probe::event_level::warning,
              to_string(candidates[lost.to].address),
              fmt::format("the link to the node at {} is lost: {}",
                          to_string(candidates[lost.to].address), why));
  note_loss();
  if (newcomer) {
    promote_newcomer();
  } else {
    colleagues.position->set_upstream({});
  }
  look_at(now);
}

void link_receiver_state::note_loss() {
  colleagues.record->write([](auto& report) {
    ++report.losses;
    report.upstream.clear();
  });
  candidates.forget_upstream(self->clock().now());
}

void link_receiver_state::dismiss_newcomer(const std::string& why) {
  const auto now = self->clock().now();
  const auto dismissed = *std::exchange(newcomer, std::nullopt);
  let_go(dismissed, why);
  note_refusal(dismissed.to, why);
  if (has_no_sound(dismissed, now))
    candidates.put_off_as_silent(dismissed.to, now, {});
  else
    candidates.put_off(dismissed.to, now, {});
  look_at(now);
}

void link_receiver_state::hear_goodbye(const link_goodbye& goodbye) {
  const auto* link = link_to_sender();
  if (!link) return;
  const bool was_upstream = serves(*link);
  end_link(link->number, printable(goodbye.reason));
  // Whoever reads of it reads whether another serves, too.
  if (was_upstream) colleagues.record->write([](auto& report) { ++report.goodbyes; });
}

/// In good order.
void link_receiver_state::let_go(const upstream_link& former, const std::string& why) {
  self->demonitor(former.sender.address());
  self->send(former.sender, link_goodbye{why});
  hang_up(self->system(), former.connection);
}

void link_receiver_state::ask_for_time(upstream_link& link, steady_time now) {
  link.next_question = next_beat(now, look_interval);
  const clock_question question{settings.unix_clock().time_since_epoch().count()};
  self->request(link.sender, settings.lost_after, question)
      .then(
          [this, question, number = link.number](const clock_answer& answer) {
            auto* asked = link_numbered(number);
            if (asked && answer.asked_unix_ns == question.asked_unix_ns) hear_time(*asked, answer);
          },
          [](const caf::error&) {});  // the silence is noticed
}

void link_receiver_state::hear_time(upstream_link& link, const clock_answer& answer) {
  const auto heard = settings.unix_clock();
  if (!is_plausible_time(answer.came_unix_ns, heard) ||
      !is_plausible_time(answer.answered_unix_ns, heard))
    return;
  const auto to_time = [](std::int64_t count) {
    return unix_time{std::chrono::nanoseconds{count}};
  };
  const auto now = self->clock().now();
  link.last_heard = now;
  const auto verdict = link.clock.add({.asked = to_time(answer.asked_unix_ns),
                                       .came = to_time(answer.came_unix_ns),
                                       .answered = to_time(answer.answered_unix_ns),
                                       .heard = heard,
                                       .heard_at = now});
  if (verdict == clock_estimator::verdict::impossible) return;
  if (verdict == clock_estimator::verdict::contradicts && clock_news.opens(now))
    probe::tell(probe::event_kind::link, probe::event_level::info, "clock",
                "the clock here or at the upstream was set; capture times follow it");
  if (serves(link)) note_clock();
  if (link.granted == 0) grant(link);
}

/// What is known of the upstream's clock by now.
void link_receiver_state::note_clock() {
  const auto now = self->clock().now();
  const auto estimate = upstream->clock.estimate(now);
  if (!estimate) return;
  spdlog::trace(
      "at {} ns of the steady clock, the upstream's clock is {} ns ahead, give or take {}",
      now.time_since_epoch().count(), estimate->offset.count(), estimate->error.count());
  const auto error = upstream->clock.error(*estimate);
  colleagues.record->write([&](auto& report) {
    report.clock_offset = estimate->offset;
    report.clock_error = estimate->error;
    report.clock_drift_ppm = estimate->drift * 1e6;
    report.origin_error = error + std::chrono::nanoseconds{upstream->path.clock_error_ns};
  });
  // Nodes further on are told rarely: half as much again, until it is more, or less than half.
  if (error > upstream->told_error || 3 * error < upstream->told_error) tell_path(error * 3 / 2);
}

/// Of capture times that go on from here: `error` comes to what they had when they came.
void link_receiver_state::tell_path(std::chrono::nanoseconds error) {
  upstream->told_error = error;
  auto path = upstream->path;
  path.clock_error_ns += error.count();
  colleagues.position->set_upstream(std::move(path));
}

std::uint64_t link_receiver_state::frames_in_window() const {
  const auto duration = std::max<std::chrono::nanoseconds>(format.frame_duration(), 1ms);
  return std::clamp(static_cast<std::uint64_t>(settings.window / duration), fewest_in_window,
                    most_in_window);
}

void link_receiver_state::grant(upstream_link& link) {
  link.granted = std::max(link.granted, link.received + frames_in_window());
  self->send(link.sender, link_credit{.granted = link.granted, .received = link.received});
}

upstream_link* link_receiver_state::link_numbered(std::uint64_t number) {
  for (auto* link : {&upstream, &newcomer})
    if (*link && (*link)->number == number) return &**link;
  return nullptr;
}

bool link_receiver_state::serves(const upstream_link& link) const {
  return upstream && upstream->number == link.number;
}

upstream_link* link_receiver_state::link_to_sender() {
  for (auto* link : {&upstream, &newcomer})
    if (*link && self->current_sender() == (*link)->sender) return &**link;
  return nullptr;
}

void link_receiver_state::follow_path(upstream_link& link, const link_path& path) {
  if (passes(path, colleagues.position->identity()))
    return end_link(link.number, "its stream comes from this node by now: that would be a loop");
  link.path = bounded(path);
  if (serves(link)) tell_path(link.told_error);
}

// -- frames -------------------------------------------------------------------

void link_receiver_state::receive(const link_frame& frame) {
  auto* link = link_to_sender();
  if (!link) return;
  if (link->received >= link->granted)
    return end_link(link->number, "it sent more than it was granted");
  const auto now = self->clock().now();
  link->last_heard = now;
  ++link->received;
  if (link->granted - link->received <= frames_in_window() / 2) grant(*link);
  colleagues.record->write([&](auto& report) {
    ++report.frames_received;
    report.bytes_received += frame.packet.size();
  });
  if (!frame.is_plausible(settings.unix_clock())) {
    colleagues.record->write([](auto& report) { ++report.frames_unfit; });
    return;
  }
  link->last_sound = now;
  take_in(*link, frame);
}

void link_receiver_state::take_in(const upstream_link& from, const link_frame& frame) {
  if (!serves(from)) {
    promote_newcomer();
  } else if (newcomer && newcomer->to > from.to) {
    let_go(*std::exchange(newcomer, std::nullopt), "it is not needed any more");
  }
  if (is_new(frame)) pass_on(frame);
}

/// Numbers go on from one upstream to the next, if their streams come from the same node.
bool link_receiver_state::is_new(const link_frame& frame) {
  auto& last = colleagues.record->last;
  const auto former = last;
  const auto begin_anew = [&] {
    last = {.stream = stream_id{frame.stream}, .sequence = frame_sequence{frame.sequence}};
    return true;
  };
  if (!former || to_number(former->stream) != frame.stream) return begin_anew();
  const auto newest = to_number(former->sequence);
  const bool is_behind = frame.sequence <= newest;
  const auto distance = is_behind ? newest - frame.sequence : frame.sequence - newest;
  // Believed, one such frame would silence the stream until its numbers are there.
  if (distance > static_cast<std::uint64_t>(longest_gap / frame.format.frame_duration())) {
    if (jump_news.opens(self->clock().now()))
      probe::tell(
          probe::event_kind::link, probe::event_level::warning, "upstream",
          fmt::format(
              "the upstream's frames jump from number {} to {}; what lies between is not missed",
              newest, frame.sequence));
    return begin_anew();
  }
  colleagues.record->write([&](auto& report) {
    if (is_behind)
      ++report.frames_duplicate;
    else
      report.frames_missing += distance - 1;
  });
  return is_behind ? false : begin_anew();
}

void link_receiver_state::pass_on(const link_frame& frame) {
  auto builder = pool.acquire();
  if (!builder) {
    colleagues.record->write([](auto& report) { ++report.frames_unfit; });
    return;
  }
  format = frame.format;
  std::memcpy(builder->packet_space().data(), frame.packet.data(), frame.packet.size());
  const auto offset = upstream->clock.offset_for(format.frame_duration(), self->clock().now());
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
  self->note_frame(probe::frame_step::received, info);
  colleagues.frames->post(std::move(*builder).finish(frame.packet.size(), info), self->context());
  latencies.add(latency_stage::link,
                std::max<std::chrono::nanoseconds>(now - here(frame.sent_unix_ns), 0ns));
  if (latencies.full()) hand_over_latencies();
}

void link_receiver_state::hand_over_latencies() {
  if (latencies.empty()) return;
  auto batch = latencies.take();
  if (colleagues.latency_monitor) self->send(colleagues.latency_monitor, std::move(batch));
}

void link_receiver_state::end() {
  if (std::exchange(ended, true)) return;
  under_way.reset();
  for (auto* link : {&upstream, &newcomer})
    if (*link) let_go(*std::exchange(*link, std::nullopt), "it left");
  hand_over_latencies();
}

link_receiver_actor::behavior_type link_receiver(
    supervision::player_pointer<link_receiver_actor, link_receiver_state> self,
    link_settings settings, link_receiver_colleagues colleagues) {
  self->state.open(std::move(settings), std::move(colleagues));
  return {
      [self](const readiness&) {
        if (self->state.under_way) self->state.under_way->go_on();
      },
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
        if (auto* link = self->state.link_to_sender()) self->state.follow_path(*link, path);
      },
      [self](const link_goodbye& goodbye) { self->state.hear_goodbye(goodbye); },
      [self](tick_atom) {
        auto& state = self->state;
        if (!state.next_look || self->clock().now() < *state.next_look) return;
        state.next_look.reset();
        state.look();
      },
  };
}

}  // namespace troupe::network
