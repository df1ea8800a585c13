#include "actors/network/link_attempt.hpp"

#include <algorithm>
#include <utility>

#include <caf/io/system_messages.hpp>

#include "actors/network/multiplexer.hpp"
#include "actors/network/printable.hpp"

namespace troupe::network {
namespace {

std::string words_for(const caf::error& error, const caf::actor_system& system) {
  if (error == caf::sec::incompatible_application_ids) return "it is no node of Troupe";
  if (error == caf::sec::incompatible_versions) return "it is built on another version of CAF";
  if (error == caf::sec::malformed_basp_message) return "what it says is no word of a node";
  if (error == caf::sec::request_timeout) return "it does not answer";
  if (error == caf::sec::request_receiver_down || error == caf::sec::no_route_to_receiving_node ||
      error == caf::sec::remote_lookup_failed || error == caf::exit_reason::user_shutdown ||
      error == caf::exit_reason::remote_link_unreachable)
    return "it is ending, or has just begun";
  if (error == caf::sec::invalid_argument && !error.context().empty() &&
      error.context().match_elements<std::string>())
    return printable(error.context().get_as<std::string>(0));
  return printable(system.render(error));
}

}  // namespace

void hang_up(caf::actor_system& system, const caf::intrusive_ptr<link_scribe>& connection) {
  if (!connection) return;
  multiplexer::of(system).post([connection] { connection->hang_up(); });
}

link_attempt::link_attempt(player* self, const link_settings& settings,
                           const link_receiver_colleagues& colleagues, link_candidate& whom,
                           outcomes its_outcomes)
    : self_(self),
      settings_(settings),
      colleagues_(colleagues),
      whom_(whom),
      outcomes_(std::move(its_outcomes)) {}

link_attempt::~link_attempt() { hang_up(self_->system(), connection_); }

void link_attempt::begin() {
  begin_step();
  if (const auto endpoint = parse_endpoint(whom_.address.host, whom_.address.port)) {
    endpoints_.push_back(*endpoint);
    dial_next_endpoint({});
  } else {
    look_up_host();
  }
}

/// Each has as much time as the others: one address that is dead is not to cost the next its turn.
void link_attempt::begin_step() {
  step_ = std::make_shared<const bool>();
  deadline_ = self_->clock().now() + settings_.connect_timeout;
}

/// `act` is called with what an answer brings, unless the step that asked is over by then.
template <class... Answer, class Act>
auto link_attempt::if_still_awaited(Act act) const {
  return [awaited = std::weak_ptr{step_}, act = std::move(act)](const Answer&... answer) {
    if (!awaited.expired()) act(answer...);
  };
}

void link_attempt::go_on() {
  if (dial_) return go_on_dialling();
  if (!connection_ && whom_.lookup) look_up_host();
}

/// One that an earlier attempt has begun will do.
void link_attempt::look_up_host() {
  if (!whom_.lookup)
    whom_.lookup =
        std::make_unique<host_lookup>(*colleagues_.poller, caf::strong_actor_ptr{self_->ctrl()},
                                      [resolve = settings_.resolve_host, where = whom_.address] {
                                        return resolve(where.host, where.port);
                                      });
  auto found = whom_.lookup->answer();
  if (!found) return;
  whom_.lookup.reset();
  endpoints_ = std::move(found->endpoints);
  std::ranges::reverse(endpoints_);
  dial_next_endpoint(found->failure);
}

void link_attempt::dial_next_endpoint(const std::string& why_not_the_last) {
  dial_.reset();
  if (endpoints_.empty()) return fail(why_not_the_last);
  begin_step();
  const auto to = endpoints_.back();
  endpoints_.pop_back();
  dial_ = std::make_unique<link_dial>(*colleagues_.poller, caf::strong_actor_ptr{self_->ctrl()}, to,
                                      settings_.tls);
  if (const auto why = dial_->failure(); !why.empty()) dial_next_endpoint(why);
}

void link_attempt::go_on_dialling() {
  switch (dial_->advance()) {
    case link_dial::progress::under_way:
      return;
    case link_dial::progress::connected:
      greet();
      return;
    case link_dial::progress::failed: {
      const auto why = dial_->failure();
      dial_next_endpoint(why);
    }
  }
}

/// CAF's own first words.
void link_attempt::greet() {
  connection_ = caf::make_counted<link_scribe>(multiplexer::of(self_->system()), dial_->take(),
                                               whom_.address, initiative::ours);
  dial_.reset();
  self_
      ->request(colleagues_.broker, settings_.connect_timeout, caf::connect_atom::value,
                caf::io::scribe_ptr{connection_}, whom_.address.port)
      .then(if_still_awaited<caf::node_id, caf::strong_actor_ptr, std::set<std::string>>(
                [this](const caf::node_id&, const caf::strong_actor_ptr& whom,
                       const std::set<std::string>& interface) { ask(whom, interface); }),
            if_still_awaited<caf::error>(
                [this](const caf::error& error) { fail_endpoint(why_not_greeted(error)); }));
}

void link_attempt::ask(const caf::strong_actor_ptr& whom, const std::set<std::string>& interface) {
  has_asked_ = true;
  const auto needed = self_->system().message_types(caf::detail::type_list<link_door_actor>{});
  if (!whom || !self_->system().assignable(interface, needed))
    return fail(
        "it gives no stream, is a node of another version, or has the process number of this one "
        "in another container: CAF takes that for this node");
  const link_request request{.subscriber = colleagues_.position->identity(),
                             .name = colleagues_.position->name()};
  self_
      ->request(caf::actor_cast<link_door_actor>(whom), settings_.connect_timeout, request,
                link_receiver_actor{self_})
      .then(if_still_awaited<link_offer, link_sender_actor>(
                [this](const link_offer& offer, const link_sender_actor& sender) {
                  const auto tell = outcomes_.taken_in;
                  tell(offer, sender);
                }),
            if_still_awaited<caf::error>(
                [this](const caf::error& error) { fail(words_for(error, self_->system())); }));
}

caf::intrusive_ptr<link_scribe> link_attempt::take_connection() {
  return std::exchange(connection_, nullptr);
}

// -- failing ------------------------------------------------------------------

void link_attempt::give_up_step() { fail_endpoint(why_no_answer()); }

/// The host may have others, and what is there need not be a node.
void link_attempt::fail_endpoint(const std::string& why) {
  if (has_asked_) return fail(why);
  hang_up(self_->system(), std::exchange(connection_, nullptr));
  dial_next_endpoint(why);
}

/// Whoever is told may destroy this.
void link_attempt::fail(const std::string& why) {
  step_.reset();
  const auto tell = outcomes_.failed;
  tell(std::string{why});
}

std::string link_attempt::why_no_answer() const {
  if (whom_.lookup) return "its host's name is not answered for";
  if (has_asked_) return "it is a node, but does not answer whether it gives its stream";
  const bool is_taken = connection_ || (dial_ && dial_->is_taken());
  if (!is_taken) return "it does not answer";
  if (settings_.tls) return "it took the connection, but does not go on with TLS";
  return "it took the connection, but says nothing" + tls_hint("; it may want TLS");
}

/// Of a connection that broke in the middle, why it did is known better at its end.
std::string link_attempt::why_not_greeted(const caf::error& error) const {
  if (error == caf::sec::request_timeout) return why_no_answer();
  auto told = connection_->end_reason();
  const bool broke =
      error == caf::sec::cannot_connect_to_node || error == caf::sec::disconnect_during_handshake;
  if (!broke) return words_for(error, self_->system());
  if (settings_.tls && !told.empty() && told != link_scribe::ended_by_peer) return told;
  return "it ended the connection before it had begun; it may be no node of Troupe" +
         tls_hint(", or want TLS");
}

/// A node that was linked as it is now wants nothing else.
std::string link_attempt::tls_hint(const char* words) const {
  if (settings_.tls || whom_.was_linked) return {};
  return std::string{words} + ": --tls-cert, --tls-key, --tls-ca";
}

}  // namespace troupe::network
