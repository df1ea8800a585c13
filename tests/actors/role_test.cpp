#include "actors/supervision/role.hpp"

#include <memory>
#include <vector>

#include <doctest/doctest.h>

#include "tests/actors/support/stage.hpp"

using namespace troupe;
using test::stage;

namespace {

using numbers = std::shared_ptr<std::vector<int>>;

caf::behavior recorder(caf::event_based_actor*, const numbers& heard) {
  return {[heard](int number) { heard->push_back(number); },
          [](const std::string& question) { return "heard: " + question; }};
}

}  // namespace

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
  const auto address = supervision::make_role(on.system, "narrator", 7);
  const auto role = caf::actor_cast<caf::actor>(address);
  const auto limit = 7;
  for (int i = 0; i < limit + 5; ++i) caf::anon_send(role, i);
  CHECK(supervision::role_of(address).dropped() == 5);
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
