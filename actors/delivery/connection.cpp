#include "actors/delivery/connection.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <spdlog/fmt/fmt.h>
#include <sys/socket.h>

#include "actors/probe/journal.hpp"

namespace troupe::delivery {
namespace {

/// Messages handed to the kernel in one call.
constexpr std::size_t gather_limit = 64;

/// A client's smallest message that asks for an answer is a heartbeat: 17 bytes for one answer; a
/// config is 29 bytes for two. So answers to n bytes, and to one message begun before, are at most
/// n / 14 + 2.
constexpr std::size_t bytes_per_answer = 14;
constexpr std::size_t answers_to_begun_message = 2;
/// Kept free of answers: a new config, a heartbeat and a stop always find room.
constexpr std::size_t own_messages = 4;
constexpr std::size_t read_limit = send_queue::control_capacity * bytes_per_answer;

protocol_error to_protocol_error(wire::parse_error error) {
  switch (error) {
    case wire::parse_error::bad_magic:
      return protocol_error::bad_magic;
    case wire::parse_error::unknown_type:
      return protocol_error::unknown_type;
    case wire::parse_error::oversized_payload:
      return protocol_error::oversized_payload;
    case wire::parse_error::bad_config:
      return protocol_error::bad_config;
  }
  return protocol_error::bad_magic;
}

}  // namespace

// -- life ---------------------------------------------------------------------

void connection_state::open(descriptor its_socket, std::shared_ptr<client_report> its_account,
                            frame_inbox_ptr its_inbox, connection_settings its_settings,
                            connection_colleagues its_colleagues) {
  self->be_known_by(to_number(its_account->client));
  settings = its_settings;
  colleagues = std::move(its_colleagues);
  account = std::move(its_account);
  inbox = std::move(its_inbox);
  socket = std::move(its_socket);
  queue.emplace(settings.tuning.queue_frames, settings.overflow);
  tuner.emplace(settings.tuner, settings.tuning);
  apply(settings.tuning);
  watch.emplace(*colleagues.poller, socket.get(), self->ctrl());
  self->set_wake_up_handler([this] { take_frames(); });
  arm();
  join();
}

void connection_state::join() {
  self->send(colleagues.frame_processor, caf::join_atom::value, connection_actor{self}, inbox);
}

void connection_state::drain(std::chrono::nanoseconds limit) {
  if (drain_until || left) return;
  inbox->take_all([this](frame_ptr frame) { take(std::move(frame)); });
  drain_until = self->clock().now() + limit;
  if (talking) queue->push(wire::control_message::stop(unix_now()));
  flush();
  if (!left) self->delayed_send(self, limit, stall_atom::value);
}

void connection_state::leave(drop_cause cause, const std::string& reason) {
  if (left) return;
  left = true;
  if (!drain_until) inbox->take_all([this](frame_ptr frame) { take(std::move(frame)); });
  const auto unseen = inbox->unseen();
  account->delivery.frames_offered += unseen;
  account->delivery.frames_dropped[cause] += unseen;
  account->delivery.frames_dropped[cause] += queue->frames();
  account->reason = reason;
  queue.reset();
  watch.reset();
  socket.reset();
  hand_over_latencies();
  self->quit();
}

// -- sending ------------------------------------------------------------------

void connection_state::take_frames() {
  if (left || drain_until) return;
  inbox->take_all([this](frame_ptr frame) { take(std::move(frame)); });
  flush();
  if (!left) account->delivery.frames_dropped[drop_cause::queue_full] += queue->trim();
}

void connection_state::take(frame_ptr frame) {
  offered.count(frame->info(), account->delivery);
  announce(frame->info().format);
  self->note_frame(probe::frame_step::queued, frame->info());
  queue->push(std::move(frame));
}

/// The frame processor's answer to the join. Frames that came before it have told more.
void connection_state::begin_with(const stream_format& first_format) {
  if (format) return;
  announce(first_format);
  arm();
}

void connection_state::announce(const stream_format& new_format) {
  if (format == new_format) return;
  // Where there is no room (the last place is the stop's), a later frame brings this up again.
  if (talking && queue->control_room() <= 1) return;
  format = new_format;
  if (talking) queue->push(wire::control_message::config(*format, unix_now()));
}

void connection_state::flush() {
  while (!left && !queue->empty()) {
    std::array<iovec, gather_limit> vectors;
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = queue->gather(vectors);
    const auto write_began = self->clock().now();
    const auto taken = ::sendmsg(socket.get(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (taken >= 0) {
      sent(static_cast<std::size_t>(taken), write_began);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      stalled();
      return;
    } else if (errno == ENOBUFS || errno == ENOMEM) {
      watch_stall(self->clock().now() + memory_pause);  // that says nothing of the client
      return;
    } else if (errno != EINTR) {
      hear_last_words();
      return;
    }
  }
  if (left) return;
  caught_up = true;
  if (drain_until) {
    leave(drop_cause::shutdown, "the node shut down");
  } else {
    arm();
  }
}

void connection_state::sent(std::size_t bytes, steady_time write_began) {
  const auto write_ended = self->clock().now();
  account->delivery.bytes_sent += bytes;
  queue->consume(bytes, [&](const frame_ptr& frame) {
    ++account->delivery.frames_delivered;
    const auto& info = frame->info();
    self->note_frame(probe::frame_step::written, info, write_ended);
    if (!first_delivered) first_delivered = info.captured;
    last_delivered = info.captured;
    latencies.add(latency_stage::queue, write_began - info.encoded);
    latencies.add(latency_stage::write, write_ended - write_began);
    latencies.add(latency_stage::total, info.age_when_encoded + (write_ended - info.encoded));
    if (latencies.full()) hand_over_latencies();
  });
  stalled_since.reset();
  last_sent = write_ended;
}

void connection_state::stalled() {
  if (!stalled_since) stalled_since = self->clock().now();
  watch_stall(*stalled_since + settings.write_timeout);
  arm();
}

void connection_state::watch_stall(steady_time when) {
  if (stall_watched) return;
  stall_watched = true;
  self->scheduled_send(self, when, stall_atom::value);
}

void connection_state::check_stall() {
  const auto now = self->clock().now();
  if (drain_until && now >= *drain_until) {
    leave(drop_cause::shutdown, "the node shut down before it had taken everything");
    return;
  }
  stall_watched = false;
  flush();  // its reader may have moved since the kernel was last asked
  if (!left && stalled_since && now >= *stalled_since + settings.write_timeout)
    leave(drop_cause::write_timeout, "it took nothing for the write timeout");
}

void connection_state::beat() {
  const auto now = self->clock().now();
  // What waits in the queue will tell the client as well that we are there.
  if (now - last_sent >= heartbeat_interval && queue->empty()) {
    queue->push(wire::control_message::heartbeat(unix_now()));
    flush();
  }
  const auto quiet_from = now - last_sent < heartbeat_interval ? last_sent : now;
  self->scheduled_send(self, quiet_from + heartbeat_interval, beat_atom::value);
}

// -- reading ------------------------------------------------------------------

void connection_state::ready(const readiness& news) {
  armed.reset();
  if (news.hung_up) {
    hear_last_words();
    return;
  }
  if (news.writable) flush();
  if (!left && news.readable && read()) flush();
  if (!left) arm();
}

/// What a client said before it hung up counts, its protocol errors included; nobody hears answers.
void connection_state::hear_last_words() {
  hung_up = true;
  ::shutdown(socket.get(), SHUT_RD);  // what was said stays, and no more can come meanwhile
  while (!left && read()) {
  }
  leave(drop_cause::client_gone, "it left");
}

/// Not before it is known what to answer, nor more often than a client in its senses speaks.
bool connection_state::may_read() const {
  if (read_closed || hung_up) return !read_closed;
  return format && messages_this_second < messages_per_second &&
         reads_this_second < reads_per_second && readable_bytes() > 0;
}

/// No more than what there is room to answer: a client that does not take its answers is not read.
std::size_t connection_state::readable_bytes() const {
  if (hung_up) return read_limit;
  constexpr auto kept_free = answers_to_begun_message + own_messages;
  const auto room = queue->control_room();
  return room <= kept_free ? 0 : (room - kept_free) * bytes_per_answer;
}

/// Whether there was something to read, and the client is still there.
bool connection_state::read() {
  if (!may_read()) return false;
  ++reads_this_second;
  std::array<std::byte, read_limit> buffer;
  const auto count =
      ::recv(socket.get(), buffer.data(), std::min(buffer.size(), readable_bytes()), MSG_DONTWAIT);
  if (count > 0) {
    parse(std::span{buffer}.first(static_cast<std::size_t>(count)));
    return !left;
  }
  if (count == 0) {
    read_closed = true;
  } else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
    leave(drop_cause::client_gone, "it left");
  }
  return false;
}

void connection_state::parse(std::span<const std::byte> input) {
  if (!parser) parser = std::make_unique<wire::parser>();
  while (!left) {
    const auto result = parser->next(input);
    if (const auto* message = std::get_if<wire::message_view>(&result)) {
      handle(*message);
    } else if (const auto* error = std::get_if<wire::parse_error>(&result)) {
      refuse(to_protocol_error(*error));
    } else {
      return;
    }
  }
}

void connection_state::handle(const wire::message_view& message) {
  if (message.header.type == wire::message_type::opus_frame) {
    refuse(protocol_error::unexpected_frame);
    return;
  }
  ++account->delivery.messages_received;
  ++messages_this_second;
  if (message.header.type == wire::message_type::ack) hear_ack(message.header.timestamp);
  if (message.header.type == wire::message_type::stop) {
    leave(drop_cause::client_gone, "it asked to stop");
    return;
  }
  if (hung_up) return;
  const auto now = unix_now();
  const bool is_config = message.header.type == wire::message_type::config;
  if (is_config || message.header.type == wire::message_type::heartbeat)
    queue->push(wire::control_message::ack(now));
  if (is_config || !talking) queue->push(wire::control_message::config(*format, now));
  if (!talking) begin_talking();
}

/// One that names a frame, by its time, says that the frame has arrived. Others only keep us going.
void connection_state::hear_ack(unix_time captured) {
  if (!first_delivered || captured < *first_delivered || captured > last_delivered) return;
  latencies.add(latency_stage::end_to_end, unix_now() - captured);
  if (latencies.full()) hand_over_latencies();
}

void connection_state::begin_talking() {
  talking = true;
  last_sent = self->clock().now();
  self->delayed_send(self, heartbeat_interval, beat_atom::value);
}

void connection_state::refuse(protocol_error error) {
  ++account->delivery.protocol_errors[error];
  probe::tell(
      probe::event_kind::client, probe::event_level::warning, to_string(account->client),
      fmt::format("client {} (pid {}, uid {}) broke the protocol: {}; its connection is closed",
                  to_number(account->client), account->peer.pid, account->peer.uid,
                  to_string(error)));
  leave(drop_cause::protocol_error, "it broke the protocol: " + std::string{to_string(error)});
}

void connection_state::arm() {
  const auto wanted = static_cast<runtime::interest>(
      (may_read() ? static_cast<int>(runtime::interest::read) : 0) |
      (stalled_since ? static_cast<int>(runtime::interest::write) : 0));
  if (armed == wanted) return;
  armed = wanted;
  watch->arm(wanted);
}

// -- accounts -----------------------------------------------------------------

void connection_state::tick() {
  messages_this_second = 0;
  reads_this_second = 0;
  hand_over_latencies();
  look_at_pace();
  // A frame processor that failed may have taken our request, or its answer, with it.
  if (!offered.any() || !format) join();
  self->send(colleagues.client_registry, report());
  arm();
}

void connection_state::look_at_pace() {
  const auto offered_now = account->delivery.frames_offered;
  const auto dropped_now = account->delivery.frames_dropped[drop_cause::queue_full];
  const client_tuner::second last{
      .offered = offered_now - std::exchange(offered_before_second, offered_now),
      .dropped = dropped_now - std::exchange(dropped_before_second, dropped_now),
      .caught_up = caught_up};
  caught_up = queue->empty();
  if (tuner->look(last, self->clock().now())) apply(tuner->tuning());
}

void connection_state::set_usual(const delivery_tuning& usual) {
  if (!left && tuner->set_usual(usual)) apply(tuner->tuning());
}

/// What is in the kernel's buffer already stays there: a smaller one fills no more until it has
/// drained.
void connection_state::apply(const delivery_tuning& tuning) {
  queue->set_frame_capacity(tuning.queue_frames);
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUF, &tuning.socket_buffer_bytes,
               sizeof(tuning.socket_buffer_bytes));
  account->pace = tuner->pace();
  account->tuning = tuning;
}

void connection_state::hand_over_latencies() {
  if (!latencies.empty()) self->send(colleagues.latency_monitor, latencies.take(account->client));
}

client_report connection_state::report() const {
  auto result = *account;
  result.delivery.frames_queued = queue->frames();
  return result;
}

connection_actor::behavior_type connection(
    supervision::player_pointer<connection_actor, connection_state> self,
    const std::shared_ptr<descriptor>& socket, std::shared_ptr<client_report> account,
    frame_inbox_ptr inbox, connection_settings settings, connection_colleagues colleagues) {
  self->set_exit_handler(
      [self](caf::exit_msg&) { self->state.drain(connection_state::shutdown_drain); });
  self->state.open(std::move(*socket), std::move(account), std::move(inbox), settings,
                   std::move(colleagues));
  return {
      [self](const stream_format& format) { self->state.begin_with(format); },
      [self](const readiness& news) { self->state.ready(news); },
      [self](stall_atom) { self->state.check_stall(); },
      [self](beat_atom) { self->state.beat(); },
      [self](tick_atom) { self->state.tick(); },
      [self](const delivery_tuning& usual) { self->state.set_usual(usual); },
      [self](drain_atom, std::chrono::nanoseconds limit) { self->state.drain(limit); },
      [self](evict_atom) {
        self->state.leave(drop_cause::replaced, "a newer client took its place");
      },
      [self](dismiss_atom, const std::string& reason) {
        self->state.leave(drop_cause::dismissed, reason);
      },
  };
}

}  // namespace troupe::delivery
