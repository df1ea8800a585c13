#include "actors/network/link_scribe.hpp"

#include <algorithm>
#include <utility>

#include <caf/io/basp_broker.hpp>
#include <caf/io/network/operation.hpp>
#include <spdlog/spdlog.h>

#include "actors/network/refusal_log.hpp"
#include "actors/runtime/actor_system.hpp"

namespace troupe::network {
namespace {

using progress = byte_stream::progress;

/// A message is two: a header, and what it announces.
constexpr std::size_t pieces_in_a_row = std::size_t{2} * runtime::mailbox_messages_in_a_row;

void log_refusal(const node_address& peer, const std::string& reason) {
  refusal_log::shared().tell("a peer at " + peer.host, reason);
}

}  // namespace

link_scribe::link_scribe(multiplexer& where, byte_stream_ptr stream, node_address peer,
                         initiative whose, link_purpose purpose, const link_limits& limits)
    : caf::io::scribe(caf::io::connection_handle::from_int(where.next_handle())),
      multiplexer_(where),
      stream_(std::move(stream)),
      peer_(std::move(peer)),
      limits_(limits),
      events_(caf::make_counted<event_port>(where)),
      whose_(whose),
      grammar_(whose, purpose) {}

link_scribe::~link_scribe() = default;

void link_scribe::configure_read(caf::io::receive_policy::config config) {
  wanted_ = config.second;
  takes_less_ = config.first != caf::io::receive_policy_flag::exactly;
  if (wanted_ > limits_.message_bytes) {
    fail(fmt::format("it announced a message of {} bytes; {} are allowed", wanted_,
                     limits_.message_bytes));
    return;
  }
  if (open_ || !stream_) return;
  open_ = true;
  opened_ = last_heard_ = std::chrono::steady_clock::now();
  multiplexer_.look_after(*this);
  events_->open(stream_->descriptor(), [self = caf::intrusive_ptr<link_scribe>{this}](
                                           const readiness& news) { self->handle(news); });
  shake_hands();
  arm();
}

void link_scribe::shake_hands() {
  const auto result = stream_->shake_hands();
  has_shaken_hands_ = result.state == progress::made;
  awaits_room_ = result.state == progress::awaits_write;
  if (result.state == progress::failed) {
    fail(stream_->failure());
  } else if (result.state == progress::over) {
    fail(ended_by_peer);
  } else if (has_shaken_hands_) {
    write_out();
  }
}

/// CAF's first message is a header and what it announces.
bool link_scribe::has_greeted() const { return heard_ >= 2; }

void link_scribe::look(steady_time now) {
  if (!has_shaken_hands_ && now - opened_ > limits_.greeting_time) {
    fail(
        "it did not begin TLS in time; if it is a node, give it --tls-cert, --tls-key and "
        "--tls-ca");
  } else if (!has_greeted() && now - opened_ > limits_.greeting_time) {
    fail("it did not say in time what a node says");
  } else if (has_greeted() && now - last_heard_ > limits_.longest_silence) {
    fail("it fell silent");
  } else if (whose_ == initiative::theirs && !grammar_.has_asked() &&
             now - opened_ > limits_.asking_time) {
    refuse("it came and asked for nothing");
  } else if (written_ < output_.size() && now - last_taken_ > limits_.write_timeout) {
    refuse("it takes nothing of what it is told");
  }
}

void link_scribe::handle(const readiness& news) {
  if (news.writable) awaits_room_ = false;
  const bool begins = !has_shaken_hands_;
  if (begins) shake_hands();
  if (!has_shaken_hands_) return arm();
  if (news.writable) write_out();
  if (news.readable || news.hung_up || begins) read();
  arm();
}

void link_scribe::arm() {
  if (!open_ || (is_to_read_on_ && !awaits_room_)) return;
  events_->arm(awaits_room_ ? runtime::interest::read_or_write : runtime::interest::read);
}

/// No more in a row than actors take in a row: the rest would pile up in their mailboxes, however
/// much the peer says.
void link_scribe::read() {
  if (is_to_read_on_) return;
  auto budget = pieces_in_a_row;
  pass_on_what_waits(budget);
  while (open_ && budget > 0) {
    const auto scratch = multiplexer_.scratch();
    const auto result = stream_->read(scratch);
    if (result.bytes > 0) last_heard_ = std::chrono::steady_clock::now();
    if (result.state == progress::over) {
      fail(ended_by_peer);
    } else if (result.state == progress::failed) {
      fail(stream_->failure());
    } else if (result.state == progress::awaits_read || result.bytes == 0) {
      return;
    } else if (incoming_.empty()) {
      const auto input = scratch.first(result.bytes);
      const auto rest = input.subspan(pass_on(input, budget));
      incoming_.assign(rest.begin(), rest.end());
    } else {
      incoming_.insert(incoming_.end(), scratch.begin(),
                       scratch.begin() + static_cast<std::ptrdiff_t>(result.bytes));
      pass_on_what_waits(budget);
    }
  }
  if (!open_) return;
  is_to_read_on_ = true;
  multiplexer_.read_on_later(caf::intrusive_ptr<link_scribe>{this});
}

void link_scribe::read_on() {
  is_to_read_on_ = false;
  read();
  arm();
}

void link_scribe::pass_on_what_waits(std::size_t& budget) {
  passed_on_ += pass_on(std::span{incoming_}.subspan(passed_on_), budget);
  if (passed_on_ < incoming_.size() / 2) return;
  incoming_.erase(incoming_.begin(), incoming_.begin() + static_cast<std::ptrdiff_t>(passed_on_));
  passed_on_ = 0;
}

std::size_t link_scribe::pass_on(std::span<const char> input, std::size_t& budget) {
  std::size_t used = 0;
  while (open_ && budget > 0 && used < input.size() &&
         (takes_less_ || input.size() - used >= wanted_)) {
    const auto next = input.subspan(used, std::min(wanted_, input.size() - used));
    message_.assign(next.begin(), next.end());
    used += next.size();
    --budget;
    ++heard_;
    if (const auto why = grammar_.complaint(next); !why.empty()) {
      refuse(why);
      break;
    }
    introduce_peer();
    if (!consume(&multiplexer_, message_.data(), message_.size())) break;
  }
  return open_ ? used : input.size();
}

/// Before its first words to an actor reach that. Of several connections that come from one node,
/// CAF uses one.
void link_scribe::introduce_peer() {
  if (!grammar_.has_asked() || std::exchange(is_introduced_, true)) return;
  auto* const broker = dynamic_cast<caf::io::basp_broker*>(parent());
  if (broker == nullptr) return;
  const auto node = broker->instance.tbl().lookup_direct(hdl());
  if (node) multiplexer_.peers().add(node, {peer_, stream_->certificate(), hdl().id()}, *this);
}

/// Later, so that what is said meanwhile goes out in one piece.
void link_scribe::flush() {
  if (output_.size() == written_ || std::exchange(is_to_be_written_out_, true)) return;
  if (!awaits_room_) last_taken_ = std::chrono::steady_clock::now();
  multiplexer_.write_out_later(caf::intrusive_ptr<link_scribe>{this});
}

void link_scribe::write_out() {
  is_to_be_written_out_ = false;
  while (stream_ && has_shaken_hands_ && !awaits_room_ && written_ < output_.size()) {
    const auto result = stream_->write(std::span{output_}.subspan(written_));
    if (result.state == progress::made) {
      written_ += result.bytes;
      last_taken_ = std::chrono::steady_clock::now();
    } else if (result.state == progress::awaits_write) {
      awaits_room_ = true;
      arm();
    } else if (result.state == progress::awaits_read) {
      break;
    } else {
      fail(stream_->failure());
      return;
    }
  }
  if (written_ == output_.size()) {
    output_.clear();
    written_ = 0;
  } else if (output_.size() - written_ > limits_.unsent_bytes) {
    fail(fmt::format("it does not take what it asked for: {} bytes wait",
                     output_.size() - written_));
  } else if (written_ > output_.size() / 2) {
    output_.erase(output_.begin(), output_.begin() + static_cast<std::ptrdiff_t>(written_));
    written_ = 0;
  }
}

std::string link_scribe::end_reason() const {
  const std::lock_guard lock{mutex_};
  return end_reason_;
}

/// Whoever connects to a port may be no node.
void link_scribe::note_end(const std::string& reason) {
  {
    const std::lock_guard lock{mutex_};
    end_reason_ = reason;
  }
  if (has_greeted() || whose_ == initiative::ours) {
    spdlog::debug("the connection to {} is over: {}", to_string(peer_), reason);
  } else {
    log_refusal(peer_, reason);
  }
}

void link_scribe::refuse(const std::string& reason) {
  if (has_greeted() || whose_ == initiative::ours) log_refusal(peer_, reason);
  fail(reason);
}

/// The broker hears of it, and lets go.
void link_scribe::fail(const std::string& reason) {
  if (!stream_) return;
  note_end(reason);
  const caf::intrusive_ptr<link_scribe> kept{this};
  close();
  io_failure(&multiplexer_, caf::io::network::operation::read);
}

void link_scribe::hang_up() {
  if (!stream_) return;
  write_out();
  if (stream_) stream_->end();
  fail("it is not needed any more");
}

/// The broker wants it no more. What it has to say last is said if the kernel takes it at once.
void link_scribe::graceful_shutdown() {
  const caf::intrusive_ptr<link_scribe> kept{this};
  if (stream_)
    note_end(has_greeted() ? "it is not needed any more"
                           : "what it said is not what a node of this version says");
  if (stream_) {
    write_out();
    if (stream_) stream_->end();
  }
  close();
  detach(&multiplexer_, false);
}

void link_scribe::close() {
  open_ = false;
  multiplexer_.forget(*this);
  multiplexer_.peers().remove(*this);
  events_->close();
  stream_.reset();
}

}  // namespace troupe::network
