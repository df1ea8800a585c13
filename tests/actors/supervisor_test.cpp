#include "actors/supervision/supervisor.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "actors/supervision/failure_text.hpp"
#include "actors/supervision/role.hpp"
#include "tests/actors/support/stage.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using test::stage;

namespace {

using journal = std::shared_ptr<std::vector<std::string>>;

/// Writes down its start and its end, and throws when told to.
caf::behavior player(caf::event_based_actor* self, const std::string& name, const journal& events) {
  supervision::fail_with_exception_text(self);
  events->push_back(name + " starts");
  self->attach_functor([=] { events->push_back(name + " ends"); });
  return {[](const std::string& what) { throw std::runtime_error{what}; },
          [=](int number) { return number; }};
}

/// Does not end when asked to; adds `offset` to what it hears.
caf::behavior stubborn_player(caf::event_based_actor* self, int offset) {
  self->set_exit_handler([](caf::exit_msg&) {});
  return {[=](int number) { return number + offset; }};
}

struct cast {
  explicit cast(stage& its_stage) : on(its_stage) {}

  supervision::child_specification child(const std::string& name,
                                         supervision::restart_policy restarts = {}) {
    const auto role = supervision::make_role(on.system, name);
    roles.push_back(caf::actor_cast<caf::actor>(role));
    return {.name = name,
            .role = role,
            .make =
                [name, events = events](caf::actor_system& system) {
                  return caf::actor_cast<caf::strong_actor_ptr>(system.spawn(player, name, events));
                },
            .restarts = restarts};
  }

  void start(std::vector<supervision::child_specification> children) {
    boss = on.spawn(supervision::supervisor, std::move(children), record);
    on.director->monitor(boss);
    on.run();
  }

  /// Why the supervisor ended; "running" when it has not.
  std::string ending() {
    std::string result = "running";
    on.director->receive(
        [&](const caf::down_msg& news) { result = supervision::describe(news.reason, on.system); },
        caf::after(0s) >> [] {});
    return result;
  }

  stage& on;
  journal events = std::make_shared<std::vector<std::string>>();
  std::shared_ptr<supervision::supervision_record> record =
      std::make_shared<supervision::supervision_record>();
  std::vector<caf::actor> roles;
  supervisor_actor boss;
};

}  // namespace

TEST_CASE("children start in order and stop in reverse") {
  stage on;
  cast team{on};
  team.start({team.child("a"), team.child("b"), team.child("c")});
  on.tell(team.boss, stop_atom::value);
  CHECK(*team.events ==
        std::vector<std::string>{"a starts", "b starts", "c starts", "c ends", "b ends", "a ends"});
  CHECK(team.ending() == "it ended without being asked to");
}

TEST_CASE("a child that throws is restarted at once, alone, behind the same address") {
  stage on;
  cast team{on};
  team.start({team.child("a"), team.child("b")});
  on.tell(team.roles[0], std::string{"trouble"});
  CHECK(*team.events == std::vector<std::string>{"a starts", "b starts", "a ends", "a starts"});
  CHECK(on.ask<int>(team.roles[0], 7) == 7);
  const auto report = on.ask<std::vector<child_status>>(team.boss, report_atom::value);
  REQUIRE(report.size() == 2);
  CHECK(report[0].restarts == 1);
  CHECK(report[0].last_failure == "trouble");
  CHECK(report[1].restarts == 0);
}

TEST_CASE("a child that is killed is restarted like one that throws") {
  stage on;
  cast team{on};
  team.start({team.child("a")});
  caf::anon_send_exit(team.roles[0], caf::exit_reason::kill);
  on.run();
  CHECK(on.ask<int>(team.roles[0], 7) == 7);
}

TEST_CASE("the second failure within the window waits for the backoff; messages wait with it") {
  stage on;
  cast team{on};
  team.start({team.child("a")});
  on.tell(team.roles[0], std::string{"one"});
  on.tell(team.roles[0], std::string{"two"});
  CHECK(team.events->back() == "a ends");
  auto answer = on.director->request(team.roles[0], caf::infinite, 7);
  on.pass(999ms);
  CHECK(team.events->back() == "a ends");
  on.pass(2ms);
  CHECK(team.events->back() == "a starts");
  int answered = 0;
  answer.receive([&](int number) { answered = number; }, [](const caf::error&) {});
  CHECK(answered == 7);
}

TEST_CASE("a child that fails too often ends the supervisor, which says who, how often and why") {
  stage on;
  cast team{on};
  team.start({team.child("a"), team.child("b", {.max_restarts = 1, .window = 60s})});
  on.tell(team.roles[1], std::string{"one"});
  on.tell(team.roles[1], std::string{"two"});
  CHECK(team.ending() == "b failed 2 times within 60 s, the last time: two");
  CHECK(team.events->back() == "a ends");
  REQUIRE(team.record->size() == 2);
  CHECK(team.record->back().restarts == 1);
  CHECK(team.record->back().last_failure == "two");
}

TEST_CASE("a child that cannot be started has failed like one that ends") {
  stage on;
  cast team{on};
  auto stubborn = team.child("a");
  auto attempts = std::make_shared<int>(0);
  stubborn.make = [attempts, make = stubborn.make](caf::actor_system& system) {
    if (++*attempts == 1) throw std::runtime_error{"no room"};
    return make(system);
  };
  team.start({stubborn});
  CHECK(*attempts == 2);
  CHECK(on.ask<int>(team.roles[0], 7) == 7);
}

TEST_CASE("a child that does not end when asked to is killed after its grace") {
  stage on;
  cast team{on};
  auto stubborn = team.child("a");
  stubborn.shutdown_grace = 2s;
  stubborn.make = [](caf::actor_system& system) {
    return caf::actor_cast<caf::strong_actor_ptr>(system.spawn(stubborn_player, 7));
  };
  team.start({stubborn});
  on.tell(team.boss, stop_atom::value);
  on.pass(1999ms);
  CHECK(team.ending() == "running");
  on.pass(2ms);
  CHECK(team.ending() != "running");
}
