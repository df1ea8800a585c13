#include "actors/network/multiplexer.hpp"

#include <chrono>
#include <set>
#include <string>

#include <caf/all.hpp>
#include <doctest/doctest.h>

#include "actors/network/link_doorman.hpp"
#include "actors/network/network_system.hpp"
#include "actors/network/tcp_socket.hpp"
#include "actors/runtime/actor_system.hpp"
#include "protocol/link.hpp"
#include "protocol/type_ids.hpp"

namespace troupe {
namespace {

using namespace std::chrono_literals;

using time_teller_actor = caf::typed_actor<caf::replies_to<clock_question>::with<clock_answer>>;

time_teller_actor::behavior_type time_teller(time_teller_actor::pointer, std::int64_t now) {
  return {[now](const clock_question& question) {
    return clock_answer{question.asked_unix_ns, now, now};
  }};
}

struct machine {
  explicit machine(std::shared_ptr<const network::tls_context> its_tls = {})
      : tls(std::move(its_tls)) {}

  struct networked_config : runtime::node_system_config {
    networked_config() { network::add_network(*this); }
  };

  std::uint16_t publish(const caf::strong_actor_ptr& whom, std::set<std::string> interface) {
    auto listener = network::listen_at(network::parse_endpoint("127.0.0.1", 0).value());
    const auto at = network::describe(network::local_endpoint(listener.get()));
    auto& where = network::multiplexer::of(system);
    const caf::io::doorman_ptr doorman =
        caf::make_counted<network::link_doorman>(where, std::move(listener), at, tls);
    caf::anon_send(broker, caf::publish_atom::value, doorman, at.port, whom, std::move(interface));
    return at.port;
  }

  struct published_actor {
    time_teller_actor who;
    std::uint16_t port = 0;
  };
  published_actor publish_time_teller(std::int64_t now) {
    const auto made = system.spawn(time_teller, now);
    return {.who = made,
            .port = publish(caf::actor_cast<caf::strong_actor_ptr>(made),
                            system.message_types(caf::detail::type_list<time_teller_actor>{}))};
  }

  template <class Handle>
  Handle connect(std::uint16_t port) {
    auto socket = network::begin_to_connect(network::parse_endpoint("127.0.0.1", port).value());
    REQUIRE(socket);
    const caf::io::scribe_ptr scribe = caf::make_counted<network::link_scribe>(
        network::multiplexer::of(system),
        network::make_stream(std::move(socket), network::initiative::ours, tls),
        node_address{"127.0.0.1", port}, network::initiative::ours);
    caf::scoped_actor self{system};
    Handle result;
    self->request(broker, 5s, caf::connect_atom::value, scribe, port)
        .receive([&](const caf::node_id&, const caf::strong_actor_ptr& whom,
                     const std::set<std::string>&) { result = caf::actor_cast<Handle>(whom); },
                 [&](const caf::error& error) { FAIL(system.render(error)); });
    return result;
  }

  std::shared_ptr<const network::tls_context> tls;
  networked_config config;
  caf::actor_system system{config};
  caf::actor broker = network::broker_of(system);
};

}  // namespace

TEST_CASE("an actor answers over the network, on the threads of the reactor") {
  machine there;
  machine here;
  const auto published = there.publish_time_teller(12);
  const auto remote = here.connect<time_teller_actor>(published.port);
  REQUIRE(remote);
  caf::scoped_actor self{here.system};
  for (int i = 0; i < 1000; ++i)
    self->request(remote, 5s, clock_question{i})
        .receive(
            [&](const clock_answer& heard) {
              CHECK(heard.asked_unix_ns == i);
              CHECK(heard.came_unix_ns == 12);
            },
            [&](const caf::error& error) { FAIL(here.system.render(error)); });
  caf::anon_send_exit(published.who, caf::exit_reason::user_shutdown);
}

TEST_CASE("a peer cannot end an actor, and is sent away if it tries") {
  machine there;
  const auto published = there.publish_time_teller(12);
  {
    machine intruder;
    const auto remote = intruder.connect<time_teller_actor>(published.port);
    caf::scoped_actor self{intruder.system};
    self->monitor(remote);
    self->send_exit(remote, caf::exit_reason::kill);
    // To the intruder it seems gone, as all actors do at a node that is not there any more.
    self->receive([&](const caf::down_msg& news) {
      CHECK(news.reason == caf::exit_reason::remote_link_unreachable);
    });
  }
  caf::scoped_actor self{there.system};
  self->request(published.who, 5s, clock_question{})
      .receive([](const clock_answer& heard) { CHECK(heard.came_unix_ns == 12); },
               [&](const caf::error& error) { FAIL(there.system.render(error)); });
  self->send_exit(published.who, caf::exit_reason::user_shutdown);
}

TEST_CASE("a broker that has ended goes, though it had told itself something for later") {
  caf::weak_actor_ptr gone;
  {
    machine here;
    gone = caf::actor_cast<caf::weak_actor_ptr>(here.broker);
    caf::scoped_actor self{here.system};
    self->send_exit(here.broker, caf::exit_reason::kill);
    self->wait_for(here.broker);
    caf::send_as(here.broker, here.broker, "a word to itself");
    here.broker = nullptr;
  }
  CHECK_FALSE(gone.lock());
}

}  // namespace troupe
