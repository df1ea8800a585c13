#include "actors/network/multiplexer.hpp"

#include <chrono>
#include <cstdint>

#include <caf/all.hpp>
#include <doctest/doctest.h>

#include "protocol/link.hpp"
#include "protocol/type_ids.hpp"
#include "tests/actors/support/machine.hpp"

namespace troupe {
namespace {

using namespace std::chrono_literals;
using test::machine;

using time_teller_actor = caf::typed_actor<caf::replies_to<clock_question>::with<clock_answer>>;

time_teller_actor::behavior_type time_teller(time_teller_actor::pointer, std::int64_t now) {
  return {[now](const clock_question& question) {
    return clock_answer{question.asked_unix_ns, now, now};
  }};
}

struct published_actor {
  time_teller_actor who;
  std::uint16_t port = 0;
};

published_actor publish_time_teller(machine& where, std::int64_t now) {
  const auto made = where.system.spawn(time_teller, now);
  return {.who = made, .port = where.publish(made)};
}

}  // namespace

TEST_CASE("an actor answers over the network, on the threads of the reactor") {
  machine there;
  machine here;
  const auto published = publish_time_teller(there, 12);
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
  const auto published = publish_time_teller(there, 12);
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
