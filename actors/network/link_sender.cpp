#include "actors/network/link_sender.hpp"

#include <utility>

#include <spdlog/fmt/fmt.h>

#include "actors/probe/journal.hpp"

namespace troupe::network {

// -- life ---------------------------------------------------------------------

void link_sender_state::open(link_receiver_actor its_receiver, client_place its_place,
                             link_sender_settings its_settings) {
  self->be_known_by(to_number(its_place.account->client));
  receiver = std::move(its_receiver);
  place = std::move(its_place);
  settings = std::move(its_settings);
  told_changes = settings.position->changes();
  set_tuning(place.tuning);
  self->set_wake_up_handler([this] { take_frames(); });
  self->set_down_handler(
      [this](const caf::down_msg&) { leave(drop_cause::client_gone, "it is gone"); });
  self->monitor(receiver);
  granted_at = self->clock().now();
}

void link_sender_state::join() {
  self->send(settings.frame_processor, caf::join_atom::value, connection_actor{self}, place.inbox);
}

/// What waits was not granted, and will not be: a peer that takes all has nothing waiting.
void link_sender_state::drain() {
  if (left) return;
  self->send(receiver, link_goodbye{"the node ends"});
  leave(drop_cause::shutdown, "the node shut down");
}

void link_sender_state::dismiss(const std::string& reason) {
  self->send(receiver, link_goodbye{reason});
  leave(drop_cause::dismissed, reason);
}

void link_sender_state::leave(drop_cause cause, const std::string& reason) {
  if (std::exchange(left, true)) return;
  auto& counters = place.account->delivery;
  place.inbox->take_all([this](frame_ptr frame) { take(std::move(frame)); });
  const auto unseen = place.inbox->unseen();
  counters.frames_offered += unseen;
  counters.frames_dropped[cause] += unseen + queue.size();
  place.account->reason = reason;
  while (!queue.empty()) queue.pop_front();
  hand_over_latencies();
  self->quit();
}

// -- sending ------------------------------------------------------------------

void link_sender_state::take_frames() {
  if (left) return;
  place.inbox->take_all([this](frame_ptr frame) { take(std::move(frame)); });
  send_granted();
  trim();
}

void link_sender_state::take(frame_ptr frame) {
  offered.count(frame->info(), place.account->delivery);
  self->note_frame(probe::frame_step::queued, frame->info());
  queue.push_back(std::move(frame));
}

void link_sender_state::send_granted() {
  while (!queue.empty() && sent < granted) send(*queue.pop_front());
}

void link_sender_state::send(const frame& sent_now) {
  const auto& info = sent_now.info();
  self->send(receiver, link_frame::of(sent_now, settings.unix_clock()));
  ++sent;
  self->note_frame(probe::frame_step::sent, info);
  auto& counters = place.account->delivery;
  ++counters.frames_delivered;
  counters.bytes_sent += sent_now.wire_image().size();
  const auto now = self->clock().now();
  latencies.add(latency_stage::queue, now - info.encoded);
  latencies.add(latency_stage::total, info.age_when_encoded + (now - info.encoded));
  if (latencies.full()) hand_over_latencies();
}

void link_sender_state::trim() {
  auto& dropped = place.account->delivery.frames_dropped[drop_cause::queue_full];
  while (queue.size() > place.tuning.queue_frames) {
    static_cast<void>(settings.keeps_oldest ? queue.pop_back() : queue.pop_front());
    ++dropped;
  }
}

/// Another peer may know our number, too.
bool link_sender_state::is_from_receiver() const { return self->current_sender() == receiver; }

void link_sender_state::grant(const link_credit& credit) {
  ++place.account->delivery.messages_received;
  if (credit.granted < granted || credit.received > sent || credit.granted > sent + most_credit) {
    ++place.account->delivery.protocol_errors[protocol_error::bad_credit];
    probe::tell(
        probe::event_kind::client, probe::event_level::warning, to_string(place.account->client),
        fmt::format(
            "client {} ({}) broke the protocol: it takes more frames at once than {}, or less "
            "than it took before",
            to_number(place.account->client), place.account->address, most_credit));
    leave(drop_cause::protocol_error, "it broke the protocol: bad credit");
    return;
  }
  if (granted == 0 && credit.granted > 0) join();  // before that it takes nothing
  if (credit.granted > granted) granted_at = self->clock().now();
  granted = credit.granted;
  send_granted();
}

/// As a client at the socket that takes nothing.
void link_sender_state::end_if_nothing_is_taken() {
  const bool waits = granted == 0 || !queue.empty();
  if (!waits || self->clock().now() - granted_at < settings.write_timeout) return;
  probe::tell(probe::event_kind::client, probe::event_level::warning,
              to_string(place.account->client),
              fmt::format("client {} ({}) takes nothing for {:.3g} s: it is closed",
                          to_number(place.account->client), place.account->address,
                          std::chrono::duration<double>{settings.write_timeout}.count()));
  self->send(receiver, link_goodbye{"you take nothing"});
  leave(drop_cause::write_timeout, "it took nothing");
}

clock_answer link_sender_state::answer(const clock_question& question) const {
  const auto now = settings.unix_clock().time_since_epoch().count();
  return {.asked_unix_ns = question.asked_unix_ns, .came_unix_ns = now, .answered_unix_ns = now};
}

// -- accounts -----------------------------------------------------------------

void link_sender_state::tick() {
  if (left) return;
  end_if_nothing_is_taken();
  if (left) return;
  hand_over_latencies();
  // A frame processor that failed may have taken our request with it.
  if (granted > 0 && !offered.any()) join();
  if (const auto changes = settings.position->changes(); changes != told_changes) {
    told_changes = changes;
    self->send(receiver, settings.position->path());
  }
  self->send(settings.client_registry, report());
}

void link_sender_state::set_tuning(const delivery_tuning& tuning) {
  place.tuning = tuning;
  place.account->tuning = tuning;
}

void link_sender_state::hand_over_latencies() {
  if (!latencies.empty())
    self->send(settings.latency_monitor, latencies.take(place.account->client));
}

client_report link_sender_state::report() const {
  auto result = *place.account;
  result.delivery.frames_queued = queue.size();
  return result;
}

link_sender_actor::behavior_type link_sender(
    supervision::player_pointer<link_sender_actor, link_sender_state> self,
    link_receiver_actor receiver, client_place place, link_sender_settings settings) {
  self->set_exit_handler([self](caf::exit_msg&) { self->state.drain(); });
  self->state.open(std::move(receiver), std::move(place), std::move(settings));
  return {
      [](const stream_format&) {},  // each frame tells its own
      [](const readiness&) {},
      [](stall_atom) {},
      [](beat_atom) {},
      [self](tick_atom) { self->state.tick(); },
      [self](const delivery_tuning& usual) { self->state.set_tuning(usual); },
      [self](drain_atom, std::chrono::nanoseconds) { self->state.drain(); },
      [self](evict_atom) {
        self->state.leave(drop_cause::replaced, "a newer client took its place");
      },
      [self](dismiss_atom, const std::string& reason) { self->state.dismiss(reason); },
      [self](const link_credit& credit) {
        if (self->state.is_from_receiver()) self->state.grant(credit);
      },
      [self](const link_goodbye&) {
        if (self->state.is_from_receiver()) self->state.leave(drop_cause::client_gone, "it left");
      },
      [self](const clock_question& question) -> caf::result<clock_answer> {
        if (!self->state.is_from_receiver())
          return caf::make_error(caf::sec::invalid_argument, "this link is another's");
        return self->state.answer(question);
      },
  };
}

}  // namespace troupe::network
