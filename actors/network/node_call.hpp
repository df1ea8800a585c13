#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <caf/io/scribe.hpp>
#include <caf/io/system_messages.hpp>
#include <caf/scheduled_actor.hpp>

#include "actors/network/host_resolver.hpp"
#include "actors/network/link_dial.hpp"
#include "actors/network/link_scribe.hpp"
#include "actors/network/tls_context.hpp"
#include "protocol/address.hpp"
#include "protocol/clock.hpp"

namespace troupe::network {

/// Ends `connection`, if there is one, once what was said has gone out.
void hang_up(caf::actor_system& system, const caf::intrusive_ptr<link_scribe>& connection);

/// Why a node does not answer, or does not want to, in words for people.
[[nodiscard]] std::string words_for(const caf::error& error, const caf::actor_system& system);

/// What a node publishes at its port, as a proxy of it here, and what that understands.
using node_greeting =
    std::function<void(const caf::strong_actor_ptr& door, const std::set<std::string>& interface)>;

/// How CAF's broker is asked to exchange its own first words over a connection, on behalf of
/// whoever calls.
using greeting_request = std::function<void(
    const caf::io::scribe_ptr& connection, std::uint16_t port, std::chrono::nanoseconds limit,
    node_greeting greeted, std::function<void(const caf::error&)> failed)>;

template <class Actor>
[[nodiscard]] greeting_request greetings_by(Actor* self, caf::actor broker) {
  return [self, broker = std::move(broker)](const auto& connection, auto port, auto limit,
                                            auto greeted, auto failed) {
    self->request(broker, limit, caf::connect_atom::value, connection, port)
        .then([greeted](const caf::node_id&, const caf::strong_actor_ptr& door,
                        const std::set<std::string>& interface) { greeted(door, interface); },
              failed);
  };
}

/// How a call goes about it.
struct node_call_settings {
  node_address to;
  std::shared_ptr<const tls_context> tls;  ///< or plain
  link_purpose purpose = link_purpose::stream;
  link_limits limits = {};
  /// Each step that has not been made within this is given up.
  std::chrono::nanoseconds step_limit = std::chrono::seconds{1};
  /// May take its time: it is called on a thread of its own.
  std::function<std::vector<tcp_endpoint>(const std::string& host, std::uint16_t port)>
      resolve_host = resolve;
  bool is_known = false;  ///< it is known to want what we offer, TLS or none
};

/// On the way to a node, on behalf of an actor: finds its host's addresses, and connects to one
/// after the other until there is a node.
class node_call {
 public:
  /// One of them is called, once, unless the call is destroyed before: which they may do.
  struct outcomes {
    node_greeting greeted;
    std::function<void(const std::string& why)> failed;
  };

  /// `self`, whose behaviour has to pass on its readiness to go_on(), and `poller` outlive the
  /// call. A `lookup` that an earlier call began will do, and may be left to a later one.
  node_call(caf::scheduled_actor* self, runtime::poller& poller, greeting_request greet,
            node_call_settings settings, std::unique_ptr<host_lookup>& lookup,
            outcomes its_outcomes);
  node_call(const node_call&) = delete;
  node_call& operator=(const node_call&) = delete;
  /// Hangs up, unless the connection was taken.
  ~node_call();

  void begin();
  /// After a readiness.
  void go_on();
  /// Whatever is under way is given up then.
  [[nodiscard]] steady_time deadline() const { return deadline_; }
  void give_up_step();
  [[nodiscard]] bool is_answered() const { return is_answered_; }

  [[nodiscard]] const caf::intrusive_ptr<link_scribe>& connection() const { return connection_; }
  /// Once it is answered.
  [[nodiscard]] caf::intrusive_ptr<link_scribe> take_connection();

  /// `act` is called with what an answer brings, unless the step that asked is over by then.
  template <class... Answer, class Act>
  [[nodiscard]] auto if_still_awaited(Act act) const {
    return [awaited = std::weak_ptr{step_}, act = std::move(act)](const Answer&... answer) {
      if (!awaited.expired()) act(answer...);
    };
  }

 private:
  void look_up_host();
  void dial_next_endpoint(const std::string& why_not_the_last);
  void go_on_dialling();
  void greet();
  void fail_endpoint(const std::string& why);
  void fail(const std::string& why);
  void begin_step();
  [[nodiscard]] std::string why_no_answer() const;
  [[nodiscard]] std::string why_not_greeted(const caf::error& error) const;
  [[nodiscard]] std::string tls_hint(const char* words) const;

  caf::scheduled_actor* self_;
  runtime::poller& poller_;
  greeting_request request_greeting_;
  node_call_settings settings_;
  std::unique_ptr<host_lookup>& lookup_;
  outcomes outcomes_;
  steady_time deadline_{};
  std::shared_ptr<const bool> step_;     ///< answers to an earlier one are not heard
  std::vector<tcp_endpoint> endpoints_;  ///< that are still to be tried, from the back
  std::unique_ptr<link_dial> dial_;
  caf::intrusive_ptr<link_scribe> connection_;
  bool is_answered_ = false;  ///< it is a node, and its word counts
};

}  // namespace troupe::network
