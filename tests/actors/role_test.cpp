#include "actors/supervision/role.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "actors/supervision/player.hpp"
#include "tests/actors/support/stage.hpp"

using namespace troupe;
using test::stage;

namespace {

using numbers = std::shared_ptr<std::vector<int>>;

caf::behavior recorder(caf::event_based_actor*, const numbers& heard) {
  return {[heard](int number) { heard->push_back(number); },
          [](const std::string& question) { return "heard: " + question; }};
}

/// The same, made to be supervised. Throws at trouble, and tells itself a number for each.
caf::behavior player(supervision::player<caf::event_based_actor>* self, const numbers& heard) {
  return {[=](int number) {
            heard->push_back(number);
            if (number >= 0) self->send(self, -1 - number);
          },
          [](const std::string& text) {
            if (text == "trouble") throw std::runtime_error{text};
            return "heard: " + text;
          }};
}

// (CAF runs a function that takes nothing but its actor with a reference to nothing.)

caf::behavior echoing(caf::event_based_actor*, int offset) {
  return {[=](int number) { return number + offset; }};
}

/// At a text, asks `oracle` and does nothing else until it has the answer.
caf::behavior asking(supervision::player<caf::event_based_actor>* self, const caf::actor& oracle,
                     const numbers& heard) {
  return {[=](const std::string&) {
            self->request(oracle, caf::infinite, 1).await([=](int number) {
              heard->push_back(number);
            });
          },
          [=](int number) { heard->push_back(number); }};
}

struct scene {
  void cast() {
    supervision::role_of(address).cast(
        caf::actor_cast<caf::strong_actor_ptr>(on.spawn(player, heard)));
  }

  stage on;
  numbers heard = std::make_shared<std::vector<int>>();
  caf::strong_actor_ptr address = supervision::make_role(on.system, "narrator");
  caf::actor role = caf::actor_cast<caf::actor>(address);
};

}  // namespace

TEST_CASE("a player that fails loses the message in hand, and what waited goes to the next one") {
  scene it;
  it.cast();
  caf::anon_send(it.role, 1);
  caf::anon_send(it.role, std::string{"trouble"});
  caf::anon_send(it.role, 2);
  caf::anon_send(it.role, 3);
  it.on.run();
  CHECK(*it.heard == std::vector<int>{1});
  it.on.tell(it.role, 4);
  it.cast();
  it.on.run();
  CHECK(*it.heard == std::vector<int>{1, 2, 3, 4, -3, -4, -5});
}

TEST_CASE("what a player told itself ends with it") {
  scene it;
  it.cast();
  caf::anon_send(it.role, 1);
  caf::anon_send_exit(it.role, caf::exit_reason::kill);
  it.on.run();
  it.cast();
  it.on.run();
  CHECK(std::count(it.heard->begin(), it.heard->end(), -2) == 0);
}

TEST_CASE("a request that waited at a player that failed is answered by the next one") {
  scene it;
  it.cast();
  caf::anon_send(it.role, std::string{"trouble"});
  auto answer = it.on.director->request(it.role, caf::infinite, std::string{"question"});
  it.on.run();
  it.cast();
  it.on.run();
  std::string heard;
  answer.receive([&](const std::string& text) { heard = text; }, [](const caf::error&) {});
  CHECK(heard == "heard: question");
}

TEST_CASE("an exit message for a role that nobody plays does not wait for the next player") {
  scene it;
  caf::anon_send_exit(it.role, caf::exit_reason::user_shutdown);
  it.cast();
  it.on.tell(it.role, 1);
  CHECK(it.heard->front() == 1);
  CHECK(supervision::role_of(it.address).report().dropped == 0);
}

TEST_CASE("an actor that has ended cannot be cast: messages wait for the next one") {
  scene it;
  const auto gone = it.on.spawn(player, it.heard);
  caf::anon_send_exit(gone, caf::exit_reason::kill);
  it.on.run();
  supervision::role_of(it.address).cast(caf::actor_cast<caf::strong_actor_ptr>(gone));
  it.on.tell(it.role, 1);
  CHECK(it.heard->empty());
  it.cast();
  it.on.run();
  CHECK(it.heard->front() == 1);
}

TEST_CASE("what a player that was replaced had not yet seen goes to the one who plays now") {
  scene it;
  it.cast();
  const auto old = supervision::player_behind(it.address);
  caf::anon_send(it.role, 1);
  caf::anon_send(it.role, 2);
  supervision::role_of(it.address).vacate(caf::actor_cast<caf::abstract_actor*>(old));
  supervision::as_supervised(old)->depose();
  it.cast();
  it.on.run();
  CHECK(*it.heard == std::vector<int>{1, 2, -2, -3});
}

TEST_CASE("who asked what a player fails at is told that no answer will come") {
  scene it;
  it.cast();
  auto answer = it.on.director->request(it.role, caf::infinite, std::string{"trouble"});
  it.on.run();
  std::string error;
  answer.receive([](const std::string&) {},
                 [&](const caf::error& why) { error = it.on.system.render(why); });
  CHECK(error.find("request_receiver_down") != std::string::npos);
}

TEST_CASE("a player that plays and is too slow has a bounded number of messages waiting") {
  stage on;
  const auto heard = std::make_shared<std::vector<int>>();
  const auto address = supervision::make_role(on.system, "narrator", {.messages = 3});
  const auto role = caf::actor_cast<caf::actor>(address);
  supervision::role_of(address).cast(
      caf::actor_cast<caf::strong_actor_ptr>(on.spawn(player, heard)));
  for (int number = -1; number >= -10; --number) caf::anon_send(role, number);
  CHECK(supervision::role_of(address).report().dropped == 7);
  on.run();
  CHECK(*heard == std::vector<int>{-8, -9, -10});
}

TEST_CASE("a player that has much to do looks into its own mailbox in between") {
  scene it;
  it.cast();
  const int many = 10 * supervision::supervised::role_messages_in_a_row;
  for (int number = 1; number <= many; ++number) caf::anon_send(it.role, number);
  it.on.run();
  const auto to_itself = std::find(it.heard->begin(), it.heard->end(), -2);
  const auto last = std::find(it.heard->begin(), it.heard->end(), many);
  CHECK(to_itself < last);
  CHECK(it.heard->size() == 2U * many);
}

TEST_CASE("what a player leaves for later, while it awaits an answer, is not lost") {
  stage on;
  const auto heard = std::make_shared<std::vector<int>>();
  const auto address = supervision::make_role(on.system, "narrator");
  const auto role = caf::actor_cast<caf::actor>(address);
  const auto echo = on.spawn(echoing, 0);
  const auto patient = on.spawn(asking, echo, heard);
  supervision::role_of(address).cast(caf::actor_cast<caf::strong_actor_ptr>(patient));
  caf::anon_send(role, std::string{"ask"});
  caf::anon_send(role, 2);
  on.run();
  CHECK(*heard == std::vector<int>{1, 2});
}

TEST_CASE("a request that gives way to newer messages is answered with an error") {
  stage on;
  const auto address = supervision::make_role(on.system, "narrator", {.messages = 1});
  const auto role = caf::actor_cast<caf::actor>(address);
  auto answer = on.director->request(role, caf::infinite, std::string{"who?"});
  on.tell(role, 1);
  bool failed = false;
  answer.receive([](const std::string&) {}, [&](const caf::error&) { failed = true; });
  CHECK(failed);
}

TEST_CASE("a role may be the last to hold its player") {
  scene it;
  supervision::role_of(it.address)
      .cast(caf::actor_cast<caf::strong_actor_ptr>(it.on.system.spawn(player, it.heard)));
  it.on.run();
  supervision::role_of(it.address).close();
  it.on.tell(it.role, 1);
  CHECK(it.heard->empty());
}

TEST_CASE("a closed role takes nobody and keeps nothing, until it is opened again") {
  scene it;
  supervision::role_of(it.address).close();
  it.cast();
  it.on.tell(it.role, 1);
  CHECK(it.heard->empty());
  supervision::role_of(it.address).open();
  it.on.tell(it.role, 2);
  it.cast();
  it.on.run();
  CHECK(it.heard->front() == 2);
}

TEST_CASE("what is sent to a role goes to whoever plays it") {
  stage on;
  const auto heard = std::make_shared<std::vector<int>>();
  const auto address = supervision::make_role(on.system, "narrator");
  const auto role = caf::actor_cast<caf::actor>(address);
  supervision::role_of(address).cast(
      caf::actor_cast<caf::strong_actor_ptr>(on.spawn(recorder, heard)));
  on.tell(role, 1);
  CHECK(*heard == std::vector<int>{1});
  CHECK(on.ask<std::string>(role, std::string{"who?"}) == "heard: who?");
}

TEST_CASE("messages to a vacant role wait, in order, for its next player") {
  stage on;
  const auto heard = std::make_shared<std::vector<int>>();
  const auto address = supervision::make_role(on.system, "narrator");
  const auto role = caf::actor_cast<caf::actor>(address);
  on.tell(role, 1);
  on.tell(role, 2);
  CHECK(heard->empty());
  supervision::role_of(address).cast(
      caf::actor_cast<caf::strong_actor_ptr>(on.spawn(recorder, heard)));
  on.tell(role, 3);
  CHECK(*heard == std::vector<int>{1, 2, 3});
}

TEST_CASE("a vacant role keeps a bounded number of messages, the newest, and counts the rest") {
  stage on;
  const auto heard = std::make_shared<std::vector<int>>();
  const auto address = supervision::make_role(on.system, "narrator", {.messages = 7});
  const auto role = caf::actor_cast<caf::actor>(address);
  const auto limit = 7;
  for (int i = 0; i < limit + 5; ++i) caf::anon_send(role, i);
  CHECK(supervision::role_of(address).report().dropped == 5);
  supervision::role_of(address).cast(
      caf::actor_cast<caf::strong_actor_ptr>(on.spawn(recorder, heard)));
  on.run();
  REQUIRE(heard->size() == 7);
  CHECK(heard->front() == 5);
  CHECK(heard->back() == limit + 4);
}

TEST_CASE("a request to a closed role is answered with an error") {
  stage on;
  const auto address = supervision::make_role(on.system, "narrator");
  supervision::role_of(address).close();
  CHECK_THROWS(on.ask<std::string>(caf::actor_cast<caf::actor>(address), std::string{"who?"}));
}

TEST_CASE("a request that waits at a role is answered with an error when it closes") {
  stage on;
  const auto address = supervision::make_role(on.system, "narrator");
  bool failed = false;
  auto answer = on.director->request(caf::actor_cast<caf::actor>(address), caf::infinite,
                                     std::string{"who?"});
  supervision::role_of(address).close();
  on.run();
  answer.receive([](const std::string&) {}, [&](const caf::error&) { failed = true; });
  CHECK(failed);
}
