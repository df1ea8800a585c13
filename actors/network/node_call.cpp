#include "actors/network/node_call.hpp"

#include <algorithm>
#include <utility>

#include "actors/network/multiplexer.hpp"
#include "actors/network/printable.hpp"

namespace troupe::network {

void hang_up(caf::actor_system& system, const caf::intrusive_ptr<link_scribe>& connection) {
  if (!connection) return;
  multiplexer::of(system).post([connection] { connection->hang_up(); });
}

std::string words_for(const caf::error& error, const caf::actor_system& system) {
  if (error == caf::sec::incompatible_application_ids) return "it is no node of Troupe";
  if (error == caf::sec::incompatible_versions) return "it is built on another version of CAF";
  if (error == caf::sec::malformed_basp_message) return "what it says is no word of a node";
  if (error == caf::sec::request_timeout) return "it does not answer";
  if (error == caf::sec::request_receiver_down || error == caf::sec::no_route_to_receiving_node ||
      error == caf::sec::remote_lookup_failed || error == caf::exit_reason::user_shutdown ||
      error == caf::exit_reason::remote_link_unreachable)
    return "it is ending, or has just begun";
  if (!error.context().empty() && error.context().match_elements<std::string>())
    return printable(error.context().get_as<std::string>(0));
  return printable(system.render(error));
}

node_call::node_call(caf::scheduled_actor* self, runtime::poller& poller, greeting_request greet,
                     node_call_settings settings, std::unique_ptr<host_lookup>& lookup,
                     outcomes its_outcomes)
    : self_(self),
      poller_(poller),
      request_greeting_(std::move(greet)),
      settings_(std::move(settings)),
      lookup_(lookup),
      outcomes_(std::move(its_outcomes)) {}

node_call::~node_call() { hang_up(self_->system(), connection_); }

void node_call::begin() {
  begin_step();
  if (const auto endpoint = parse_endpoint(settings_.to.host, settings_.to.port)) {
    endpoints_.push_back(*endpoint);
    dial_next_endpoint({});
  } else {
    look_up_host();
  }
}

/// Each has as much time as the others: one address that is dead is not to cost the next its turn.
void node_call::begin_step() {
  step_ = std::make_shared<const bool>();
  deadline_ = self_->clock().now() + settings_.step_limit;
}

void node_call::go_on() {
  if (dial_) return go_on_dialling();
  if (!connection_ && lookup_) look_up_host();
}

void node_call::look_up_host() {
  if (!lookup_)
    lookup_ =
        std::make_unique<host_lookup>(poller_, caf::strong_actor_ptr{self_->ctrl()},
                                      [resolve = settings_.resolve_host, where = settings_.to] {
                                        return resolve(where.host, where.port);
                                      });
  auto found = lookup_->answer();
  if (!found) return;
  lookup_.reset();
  endpoints_ = std::move(found->endpoints);
  std::ranges::reverse(endpoints_);
  dial_next_endpoint(found->failure);
}

void node_call::dial_next_endpoint(const std::string& why_not_the_last) {
  dial_.reset();
  if (endpoints_.empty()) return fail(why_not_the_last);
  begin_step();
  const auto to = endpoints_.back();
  endpoints_.pop_back();
  dial_ =
      std::make_unique<link_dial>(poller_, caf::strong_actor_ptr{self_->ctrl()}, to, settings_.tls);
  if (const auto why = dial_->failure(); !why.empty()) dial_next_endpoint(why);
}

void node_call::go_on_dialling() {
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
void node_call::greet() {
  connection_ =
      caf::make_counted<link_scribe>(multiplexer::of(self_->system()), dial_->take(), settings_.to,
                                     initiative::ours, settings_.purpose, settings_.limits);
  dial_.reset();
  request_greeting_(
      connection_, settings_.to.port, settings_.step_limit,
      if_still_awaited<caf::strong_actor_ptr, std::set<std::string>>(
          [this](const caf::strong_actor_ptr& door, const std::set<std::string>& interface) {
            is_answered_ = true;
            const auto tell = outcomes_.greeted;
            tell(door, interface);
          }),
      if_still_awaited<caf::error>(
          [this](const caf::error& error) { fail_endpoint(why_not_greeted(error)); }));
}

caf::intrusive_ptr<link_scribe> node_call::take_connection() {
  return std::exchange(connection_, nullptr);
}

// -- failing ------------------------------------------------------------------

void node_call::give_up_step() { fail_endpoint(why_no_answer()); }

/// The host may have others, and what is there need not be a node.
void node_call::fail_endpoint(const std::string& why) {
  hang_up(self_->system(), std::exchange(connection_, nullptr));
  dial_next_endpoint(why);
}

/// Whoever is told may destroy this.
void node_call::fail(const std::string& why) {
  step_.reset();
  const auto tell = outcomes_.failed;
  tell(std::string{why});
}

std::string node_call::why_no_answer() const {
  if (lookup_) return "its host's name is not answered for";
  const bool is_taken = connection_ || (dial_ && dial_->is_taken());
  if (!is_taken) return "it does not answer";
  if (settings_.tls) return "it took the connection, but does not go on with TLS";
  return "it took the connection, but says nothing" + tls_hint("; it may want TLS");
}

/// Of a connection that broke in the middle, why it did is known better at its end.
std::string node_call::why_not_greeted(const caf::error& error) const {
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
std::string node_call::tls_hint(const char* words) const {
  if (settings_.tls || settings_.is_known) return {};
  return std::string{words} + ": --tls-cert, --tls-key, --tls-ca";
}

}  // namespace troupe::network
