#include "actors/supervision/supervisor.hpp"

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "actors/supervision/failure_text.hpp"
#include "actors/supervision/fault.hpp"
#include "actors/supervision/role.hpp"
#include "tests/actors/support/stage.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using supervision::child_specification;
using supervision::restart_kind;
using supervision::strategy;
using test::stage;

namespace {

using lines = std::vector<std::string>;
using journal = std::shared_ptr<lines>;

/// Writes down its start and its end, throws a text that it is sent, and ends at a number below 0.
caf::behavior player(supervision::player<caf::event_based_actor>* self, const std::string& name,
                     const journal& events) {
  events->push_back(name + " starts");
  self->attach_functor([=] { events->push_back(name + " ends"); });
  return {[](const std::string& what) { throw std::runtime_error{what}; },
          [=](int number) {
            if (number < 0) self->quit();
            return number;
          }};
}

/// Does not end when asked to; adds `offset` to what it hears.
caf::behavior stubborn_player(caf::event_based_actor* self, int offset) {
  self->set_exit_handler([](caf::exit_msg&) {});
  return {[=](int number) { return number + offset; }};
}

/// Fails while it begins.
caf::behavior still_born(supervision::player<caf::event_based_actor>*, const std::string& why) {
  throw std::runtime_error{why};
}

/// Children who write down their lives, and what their supervisor needs.
struct cast {
  explicit cast(std::shared_ptr<stage> its_stage = std::make_shared<stage>())
      : shared_stage(std::move(its_stage)), on(*shared_stage) {}

  ~cast() {
    for (const auto& [number, child] : record->children)
      if (child.is_alive()) on.ends_with_stage(child.actor);
  }

  child_specification child(const std::string& name) {
    const auto role = supervision::make_role(on.system, name);
    roles.push_back(caf::actor_cast<caf::actor>(role));
    return {.name = name, .role = role, .make = [name, events = events](caf::actor_system& system) {
              return caf::actor_cast<caf::strong_actor_ptr>(system.spawn(player, name, events));
            }};
  }

  child_specification child(const std::string& name, restart_kind restart) {
    auto result = child(name);
    result.restart = restart;
    return result;
  }

  void start(std::vector<child_specification> children,
             supervision::supervisor_settings settings = {}) {
    boss = on.spawn(supervision::supervisor, settings, std::move(children), record);
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

  void fail(std::size_t index, const std::string& why = "trouble") { on.tell(roles[index], why); }
  void end_normally(std::size_t index) { on.tell(roles[index], -1); }

  /// What was written down since it was last asked.
  lines news() {
    lines result;
    result.swap(*events);
    return result;
  }

  std::shared_ptr<stage> shared_stage;
  stage& on;
  journal events = std::make_shared<lines>();
  std::shared_ptr<supervision::supervision_record> record =
      std::make_shared<supervision::supervision_record>();
  std::vector<caf::actor> roles;
  supervisor_actor boss;
};

constexpr supervision::backoff_policy no_jitter{.jitter = 0};

}  // namespace

TEST_CASE("children start in order and stop in reverse") {
  cast team;
  team.start({team.child("a"), team.child("b"), team.child("c")});
  CHECK(team.news() == lines{"a starts", "b starts", "c starts"});
  team.on.tell(team.boss, stop_atom::value);
  CHECK(team.news() == lines{"c ends", "b ends", "a ends"});
  CHECK(team.ending() == "it ended without being asked to");
}

TEST_CASE("a child starts only when the one before it is up") {
  cast team;
  auto slow = team.child("a");
  slow.backoff = no_jitter;
  auto attempts = std::make_shared<int>(0);
  slow.make = [attempts, make = slow.make](caf::actor_system& system) {
    if (++*attempts < 3) throw std::runtime_error{"not yet"};
    return make(system);
  };
  team.start({slow, team.child("b")});
  CHECK(*attempts == 2);
  team.on.pass(999ms);
  CHECK(team.news().empty());
  team.on.pass(2ms);
  CHECK(team.news() == lines{"a starts", "b starts"});
}

TEST_CASE("one_for_one: a child that throws is restarted at once, alone, behind the same address") {
  cast team;
  team.start({team.child("a"), team.child("b")});
  team.news();
  team.fail(0);
  CHECK(team.news() == lines{"a ends", "a starts"});
  CHECK(team.on.ask<int>(team.roles[0], 7) == 7);
  const auto report = team.on.ask<supervision_report>(team.boss, report_atom::value);
  REQUIRE(report.children.size() == 2);
  CHECK(report.children[0].restarts == 1);
  CHECK(report.children[0].last_failure == "trouble");
  CHECK(report.children[1].restarts == 0);
}

TEST_CASE("rest_for_one: those that were started after the child go with it, and come in order") {
  cast team;
  team.start({team.child("a"), team.child("b"), team.child("c"), team.child("d")},
             {.strategy = strategy::rest_for_one});
  team.news();
  team.fail(1);
  CHECK(team.news() == lines{"b ends", "d ends", "c ends", "b starts", "c starts", "d starts"});
  CHECK(team.on.ask<int>(team.roles[3], 7) == 7);
}

TEST_CASE("one_for_all: all go with the child, in reverse, and come in order") {
  cast team;
  team.start({team.child("a"), team.child("b"), team.child("c")},
             {.strategy = strategy::one_for_all});
  team.news();
  team.fail(1);
  CHECK(team.news() == lines{"b ends", "c ends", "a ends", "a starts", "b starts", "c starts"});
  const auto report = team.record->report();
  CHECK(report.children[0].restarts == 1);
  CHECK(report.children[0].failures == 0);
  CHECK(report.history.size() == 3);
  CHECK(report.history[0].why == "b failed");
  CHECK(report.history[1].why == "trouble");
}

TEST_CASE("one_for_all: nobody is back before the backoff of the child that failed is over") {
  cast team;
  auto weak = team.child("a");
  weak.backoff = no_jitter;
  team.start({weak, team.child("b")}, {.strategy = strategy::one_for_all});
  team.fail(0);
  team.news();
  team.fail(0);
  CHECK(team.news() == lines{"a ends", "b ends"});
  team.on.pass(999ms);
  CHECK(team.news().empty());
  team.on.pass(2ms);
  CHECK(team.news() == lines{"a starts", "b starts"});
}

TEST_CASE("rest_for_one: a temporary child that goes with another does not come back") {
  cast team;
  team.start({team.child("a"), team.child("b", restart_kind::temporary), team.child("c")},
             {.strategy = strategy::rest_for_one});
  team.news();
  team.fail(0);
  CHECK(team.news() == lines{"a ends", "c ends", "b ends", "a starts", "c starts"});
}

TEST_CASE("simple_one_for_one: children are made on demand, and stopped all at once") {
  cast team;
  team.start({{.name = "x", .restart = restart_kind::transient}},
             {.strategy = strategy::simple_one_for_one});
  const auto make = [&](const std::string& name) {
    return team.on.ask<caf::strong_actor_ptr>(
        team.boss, start_atom::value, child_maker{name, [name, events = team.events](auto& system) {
                                                    return caf::actor_cast<caf::strong_actor_ptr>(
                                                        system.spawn(player, name, events));
                                                  }});
  };
  const auto first = make("1");
  make("2");
  CHECK(team.news() == lines{"1 starts", "2 starts"});
  CHECK(team.record->report().children.at(0).running == 2);
  team.on.tell(caf::actor_cast<caf::actor>(first), std::string{"trouble"});
  CHECK(team.news() == lines{"1 ends", "1 starts"});
  team.on.tell(team.boss, stop_atom::value);
  CHECK(team.news().size() == 2);
  CHECK(team.ending() != "running");
}

TEST_CASE("simple_one_for_one: a maker that throws is answered with an error") {
  cast team;
  team.start({{.name = "x", .restart = restart_kind::temporary}},
             {.strategy = strategy::simple_one_for_one});
  const auto order =
      child_maker{"", [](auto&) -> caf::strong_actor_ptr { throw std::runtime_error{"no room"}; }};
  CHECK_THROWS(team.on.ask<caf::strong_actor_ptr>(team.boss, start_atom::value, order));
  CHECK(team.record->report().children.at(0).last_failure == "it could not be started: no room");
  CHECK(team.record->children.empty());
  CHECK(team.ending() == "running");
}

TEST_CASE(
    "a permanent child comes back after a normal end, a transient or temporary one does not") {
  cast team;
  team.start({team.child("p", restart_kind::permanent), team.child("t", restart_kind::transient),
              team.child("x", restart_kind::temporary)});
  team.news();
  for (std::size_t i = 0; i < 3; ++i) team.end_normally(i);
  CHECK(team.news() == lines{"p ends", "p starts", "t ends", "x ends"});
}

TEST_CASE("a transient child comes back after a failure, a temporary one does not") {
  cast team;
  team.start({team.child("t", restart_kind::transient), team.child("x", restart_kind::temporary)},
             {.intensity = {.max_restarts = 1}});
  team.news();
  team.fail(0);
  team.fail(1);
  CHECK(team.news() == lines{"t ends", "t starts", "x ends"});
  CHECK(team.ending() == "running");
}

TEST_CASE("the normal end of a significant child ends the supervisor where that is asked for") {
  const auto run = [](supervision::auto_shutdown when, int ends) {
    cast team;
    auto one = team.child("a", restart_kind::transient);
    auto other = team.child("b", restart_kind::transient);
    one.significant = other.significant = true;
    team.start({one, other, team.child("c")}, {.auto_shutdown = when});
    for (int i = 0; i < ends; ++i) team.end_normally(static_cast<std::size_t>(i));
    return team.ending() != "running";
  };
  CHECK_FALSE(run(supervision::auto_shutdown::never, 2));
  CHECK(run(supervision::auto_shutdown::any_significant, 1));
  CHECK_FALSE(run(supervision::auto_shutdown::all_significant, 1));
  CHECK(run(supervision::auto_shutdown::all_significant, 2));
}

TEST_CASE("a child that is killed is restarted like one that throws") {
  cast team;
  team.start({team.child("a")});
  caf::anon_send_exit(team.roles[0], caf::exit_reason::kill);
  team.on.run();
  CHECK(team.on.ask<int>(team.roles[0], 7) == 7);
  CHECK(team.record->report().children[0].last_failure == "it was killed");
}

TEST_CASE("the second failure of a burst waits for the backoff, messages wait with it") {
  cast team;
  auto weak = team.child("a");
  weak.backoff = no_jitter;
  team.start({weak});
  team.fail(0, "one");
  team.fail(0, "two");
  CHECK(team.events->back() == "a ends");
  auto answer = team.on.director->request(team.roles[0], caf::infinite, 7);
  team.on.pass(999ms);
  CHECK(team.events->back() == "a ends");
  team.on.pass(2ms);
  CHECK(team.events->back() == "a starts");
  int answered = 0;
  answer.receive([&](int number) { answered = number; }, [](const caf::error&) {});
  CHECK(answered == 7);
}

TEST_CASE("while one child waits for its restart, another is restarted at once") {
  cast team;
  team.start({team.child("a"), team.child("b")});
  team.fail(0);
  team.fail(0);
  team.news();
  team.fail(1);
  CHECK(team.news() == lines{"b ends", "b starts"});
}

TEST_CASE("a child that stayed up for the backoff's cap is restarted at once again") {
  cast team;
  auto weak = team.child("a");
  weak.backoff = {.first = 1s, .cap = 5s, .jitter = 0};
  team.start({weak});
  team.fail(0);
  team.on.pass(5s);
  team.news();
  team.fail(0);
  CHECK(team.news() == lines{"a ends", "a starts"});
}

TEST_CASE("the history says who was restarted, why, and how long it took") {
  cast team;
  auto weak = team.child("a");
  weak.backoff = no_jitter;
  team.start({weak});
  team.fail(0, "one");
  team.fail(0, "two");
  team.on.pass(1s);
  const auto history = team.record->report().history;
  REQUIRE(history.size() == 2);
  CHECK(history[0].child == "a");
  CHECK(history[0].why == "one");
  CHECK(history[0].took == 0ns);
  CHECK(history[1].why == "two");
  CHECK(history[1].took == 1s);
}

TEST_CASE("a child that fails too often ends the supervisor, which says who, how often and why") {
  cast team;
  team.start({team.child("a"), team.child("b")}, {.intensity = {.max_restarts = 1, .window = 60s}});
  team.fail(1, "one");
  team.fail(1, "two");
  CHECK(team.ending() == "b failed 2 times within 60 s, the last time: two");
  CHECK(team.events->back() == "a ends");
  const auto report = team.record->report();
  REQUIRE(report.children.size() == 2);
  CHECK(report.children[1].restarts == 1);
  CHECK(report.children[1].last_failure == "two");
  CHECK(report.gave_up == "b failed 2 times within 60 s, the last time: two");
}

TEST_CASE("failures of several children count together") {
  cast team;
  team.start({team.child("a"), team.child("b")}, {.intensity = {.max_restarts = 1, .window = 60s}});
  team.fail(0, "one");
  team.fail(1, "two");
  CHECK(team.ending() ==
        "b failed once within 60 s, the last time: two (with the others, 2 failures; at most 1 "
        "restarts are allowed)");
}

TEST_CASE("failures count no more once the window has passed") {
  cast team;
  team.start({team.child("a")}, {.intensity = {.max_restarts = 1, .window = 10s}});
  for (int i = 0; i < 5; ++i) {
    team.fail(0);
    team.on.pass(10s);
  }
  CHECK(team.ending() == "running");
}

TEST_CASE("a child that cannot be made has failed like one that ends") {
  cast team;
  auto weak = team.child("a");
  auto attempts = std::make_shared<int>(0);
  weak.make = [attempts, make = weak.make](caf::actor_system& system) {
    if (++*attempts == 1) throw std::runtime_error{"no room"};
    return make(system);
  };
  team.start({weak});
  CHECK(*attempts == 2);
  CHECK(team.on.ask<int>(team.roles[0], 7) == 7);
}

TEST_CASE("a child that fails while it begins has failed, and is given up in the end") {
  cast team;
  auto weak = team.child("a");
  weak.make = [](caf::actor_system& system) {
    return caf::actor_cast<caf::strong_actor_ptr>(system.spawn(still_born, "no device"));
  };
  weak.backoff = {.first = 1ms};
  team.start({weak, team.child("b")}, {.intensity = {.max_restarts = 2, .window = 60s}});
  team.on.pass(10ms);
  CHECK(team.ending() == "a failed 3 times within 60 s, the last time: no device");
  CHECK(team.news().empty());  // b was never started
}

TEST_CASE("a child that is out of memory fails alone") {
  cast team;
  auto greedy = team.child("a");
  greedy.make = [](caf::actor_system& system) {
    return caf::actor_cast<caf::strong_actor_ptr>(system.spawn(
        [](supervision::player<caf::event_based_actor>*, int) -> caf::behavior {
          return {[](int number) -> int {
            if (number == 0) throw std::bad_alloc{};
            return number;
          }};
        },
        0));
  };
  team.start({greedy, team.child("b")});
  team.on.tell(team.roles[0], 0);
  CHECK(team.record->report().children[0].last_failure == "out of memory");
  CHECK(team.on.ask<int>(team.roles[0], 7) == 7);
  CHECK(team.record->report().children[1].failures == 0);
}

TEST_CASE("a child that does not end when asked to is killed after its grace") {
  cast team;
  auto stubborn = team.child("a");
  stubborn.shutdown_grace = 2s;
  stubborn.make = [](caf::actor_system& system) {
    return caf::actor_cast<caf::strong_actor_ptr>(system.spawn(stubborn_player, 7));
  };
  team.start({stubborn});
  team.on.tell(team.boss, stop_atom::value);
  team.on.pass(1999ms);
  CHECK(team.ending() == "running");
  team.on.pass(2ms);
  CHECK(team.ending() != "running");
}

TEST_CASE("a supervisor under a supervisor that gives up is a failure there, and begins anew") {
  cast inner;
  cast outer{inner.shared_stage};
  auto team = outer.child("team");
  team.shutdown_grace = child_specification::unlimited;
  team.make = [&, children =
                      std::vector{inner.child("a"), inner.child("b")}](caf::actor_system& system) {
    return caf::actor_cast<caf::strong_actor_ptr>(system.spawn(
        supervision::supervisor, supervision::supervisor_settings{.intensity = {.max_restarts = 0}},
        children, inner.record));
  };
  outer.start({team}, {.intensity = {.max_restarts = 1, .window = 60s}});
  CHECK(inner.news() == lines{"a starts", "b starts"});
  inner.fail(0, "one");
  CHECK(inner.news() == lines{"a ends", "b ends", "a starts", "b starts"});
  CHECK(outer.on.ask<int>(inner.roles[1], 7) == 7);
  CHECK(outer.record->report().children[0].last_failure ==
        "a failed once within 300 s, the last time: one");
  CHECK(outer.ending() == "running");
}

TEST_CASE("a supervisor that is restarted with others has its children at their addresses again") {
  cast inner;
  cast outer{inner.shared_stage};
  auto team = outer.child("team");
  team.shutdown_grace = child_specification::unlimited;
  team.make = [&, children = std::vector{inner.child("a")}](caf::actor_system& system) {
    return caf::actor_cast<caf::strong_actor_ptr>(system.spawn(
        supervision::supervisor, supervision::supervisor_settings{}, children, inner.record));
  };
  outer.start({team, outer.child("sibling")}, {.strategy = strategy::one_for_all});
  outer.fail(1);
  CHECK(inner.news() == lines{"a starts", "a ends", "a starts"});
  CHECK(outer.on.ask<int>(inner.roles[0], 7) == 7);
}

TEST_CASE("what is sent to the children of a supervisor that is being restarted waits for them") {
  cast inner;
  cast outer{inner.shared_stage};
  auto team = outer.child("team");
  team.shutdown_grace = child_specification::unlimited;
  team.make = [&, children = std::vector{inner.child("a")}](caf::actor_system& system) {
    return caf::actor_cast<caf::strong_actor_ptr>(system.spawn(
        supervision::supervisor, supervision::supervisor_settings{}, children, inner.record));
  };
  auto sibling = outer.child("sibling");
  sibling.backoff = {.first = 10s, .cap = 30s, .jitter = 0};
  outer.start({team, sibling}, {.strategy = strategy::one_for_all});
  outer.fail(1);
  outer.fail(1);
  CHECK(inner.news() == lines{"a starts", "a ends", "a starts", "a ends"});
  auto answer = outer.on.director->request(inner.roles[0], caf::infinite, 7);
  outer.on.pass(10s);
  int answered = 0;
  answer.receive([&](int number) { answered = number; }, [](const caf::error&) {});
  CHECK(answered == 7);
}

TEST_CASE("a transient child that was told to end has not failed") {
  cast team;
  team.start({team.child("a", restart_kind::transient), team.child("b")});
  caf::anon_send_exit(team.roles[0], caf::exit_reason::user_shutdown);
  team.on.run();
  CHECK(team.record->report().children[0].failures == 0);
  CHECK(team.record->report().children[0].running == 0);
  caf::anon_send_exit(team.roles[1], caf::exit_reason::user_shutdown);
  team.on.run();
  CHECK(team.record->report().children[1].restarts == 1);  // this one is permanent
}

TEST_CASE("one_for_all: a transient child that had ended normally starts again with the others") {
  cast team;
  team.start({team.child("a", restart_kind::transient), team.child("b", restart_kind::temporary),
              team.child("c")},
             {.strategy = strategy::one_for_all});
  team.end_normally(0);
  team.end_normally(1);
  team.news();
  team.fail(2);
  CHECK(team.news() == lines{"c ends", "a starts", "c starts"});
  CHECK(team.on.ask<int>(team.roles[0], 7) == 7);
}

TEST_CASE("rest_for_one: a child that waits for its own backoff does not come back before it") {
  cast team;
  auto strong = team.child("a");
  auto weak = team.child("b");
  weak.backoff = {.first = 10s, .cap = 30s, .jitter = 0};
  team.start({strong, weak}, {.strategy = strategy::rest_for_one});
  team.fail(1);
  team.fail(1, "the second time");
  team.news();
  team.fail(0);
  CHECK(team.news() == lines{"a ends", "a starts"});
  team.on.pass(9s);
  CHECK(team.news().empty());
  team.on.pass(2s);
  CHECK(team.news() == lines{"b starts"});
  CHECK(team.record->report().history.back().why == "the second time");
}

TEST_CASE("a supervisor that dies leaves its children running, and the next one has them") {
  cast team;
  team.start({team.child("a"), team.child("b")});
  team.news();
  caf::anon_send_exit(team.boss, caf::exit_reason::kill);
  team.on.run();
  CHECK(team.news().empty());
  CHECK(team.ending() == "it was killed");
  team.start({team.child("a"), team.child("b")});
  CHECK(team.news().empty());
  team.fail(0);
  CHECK(team.news() == lines{"a ends", "a starts"});
  team.on.tell(team.boss, stop_atom::value);
  CHECK(team.news() == lines{"b ends", "a ends"});
}

TEST_CASE("who waits for a restart, a supervisor too, is looked after: that is healthy") {
  cast inner;
  cast outer{inner.shared_stage};
  auto team = outer.child("team");
  team.backoff = {.first = 10s, .cap = 30s, .jitter = 0};
  team.make = [&, children = std::vector{inner.child("a")}](caf::actor_system& system) {
    return caf::actor_cast<caf::strong_actor_ptr>(system.spawn(
        supervision::supervisor, supervision::supervisor_settings{}, children, inner.record));
  };
  outer.start({team});
  const auto kill = [&] {
    caf::anon_send_exit(outer.roles[0], caf::exit_reason::kill);
    outer.on.run();
  };
  kill();
  kill();
  outer.on.pass(9s);
  REQUIRE(outer.record->report().children[0].running == 0);
  CHECK(inner.record->is_healthy(outer.on.now(), 5s));
  CHECK(outer.record->is_healthy(outer.on.now(), 5s));
}

TEST_CASE("a child that ended while no supervisor was there is restarted by the next one") {
  cast team;
  team.start({team.child("a")});
  caf::anon_send_exit(team.boss, caf::exit_reason::kill);
  team.on.run();
  team.fail(0);
  team.news();
  team.start({});
  CHECK(team.news() == lines{"a starts"});
}

TEST_CASE("faults can be injected: a throw, a kill and starts that fail") {
  cast team;
  supervision::fault_injector faults;
  auto child = team.child("a");
  faults.add("a", child.role);
  child.backoff = {.first = 1ms, .jitter = 0};
  child.make = [&, make = child.make](caf::actor_system& system) {
    faults.before_start("a");
    return make(system);
  };
  team.start({child}, {.intensity = {.max_restarts = 100}});
  CHECK(faults.raise("a"));
  team.on.run();
  CHECK(team.record->report().children[0].last_failure == "a fault was injected");
  team.on.pass(1ms);
  CHECK(faults.kill("a"));
  team.on.pass(2ms);
  CHECK(team.record->report().children[0].restarts == 2);
  CHECK(faults.fail_to_start("a", 2));
  faults.kill("a");
  team.on.pass(100ms);
  CHECK(team.record->report().children[0].failures == 5);
  CHECK(team.on.ask<int>(team.roles[0], 7) == 7);
  CHECK_FALSE(faults.kill("b"));
}

namespace {

/// A child that, when told to, stays in one handler while the world around it goes on.
struct hanging_scene {
  explicit hanging_scene(bool replaceable) : child(team.child("a")) {
    child.turn_limit = 1s;
    child.replaceable_when_stuck = replaceable;
    child.make = [this](caf::actor_system& system) {
      return caf::actor_cast<caf::strong_actor_ptr>(system.spawn(hanging_player, this));
    };
  }

  static caf::behavior hanging_player(supervision::player<caf::event_based_actor>*,
                                      hanging_scene* scene) {
    return {[scene](const std::string&) { scene->meanwhile(); }, [](int number) { return number; }};
  }

  void start() { team.start({child}); }

  void start_with_sibling() {
    team.start({child, team.child("b")}, {.strategy = strategy::one_for_all});
    team.news();
  }

  /// The child hangs until all of `goings_on` has happened.
  void hang_while(std::function<void()> goings_on) {
    meanwhile = std::move(goings_on);
    team.on.tell(team.roles[0], std::string{"hang"});
  }

  [[nodiscard]] child_status status() const { return team.record->report().children[0]; }
  [[nodiscard]] bool is_healthy() { return team.record->is_healthy(team.on.now(), 1h); }

  cast team;
  child_specification child;
  std::function<void()> meanwhile;
};

}  // namespace

TEST_CASE("an actor that is stuck is noticed, named with its message, and counted") {
  hanging_scene it{false};
  it.start();
  it.hang_while([&] {
    it.team.on.pass(999ms);
    CHECK(it.status().times_stuck == 0);
    it.team.on.pass(502ms);
    CHECK(it.status().times_stuck == 1);
    CHECK(it.status().stuck_in.find("str") != std::string::npos);
    CHECK_FALSE(it.is_healthy());
  });
  it.team.on.pass(500ms);
  CHECK(it.status().stuck_in.empty());
  CHECK(it.is_healthy());
  CHECK(it.status().failures == 0);
}

TEST_CASE("an actor that is busy with many messages, each for less than its limit, is not stuck") {
  hanging_scene it{false};
  it.start();
  for (int i = 0; i < 5; ++i) it.hang_while([&] { it.team.on.pass(900ms); });
  CHECK(it.status().times_stuck == 0);
}

TEST_CASE("time in which the whole process stood still is nobody's hanging") {
  hanging_scene it{true};
  it.start();
  it.hang_while([&] {
    it.team.on.pass(300ms);
    it.team.on.stand_still(60s);
    CHECK(it.status().times_stuck == 0);
    it.team.on.pass(300ms);
    CHECK(it.status().times_stuck == 0);
    it.team.on.pass(1200ms);
    CHECK(it.status().times_stuck == 1);
  });
}

TEST_CASE("a stuck actor's role is taken over by a fresh one where that can be") {
  hanging_scene it{true};
  it.start();
  it.hang_while([&] {
    it.team.on.pass(1501ms);
    CHECK(it.status().times_stuck == 1);
    CHECK(it.status().restarts == 1);
    CHECK(it.status().running == 1);
    CHECK(it.team.on.ask<int>(it.team.roles[0], 7) == 7);
  });
  CHECK(it.team.on.ask<int>(it.team.roles[0], 7) == 7);
  CHECK(it.status().restarts == 1);
}

TEST_CASE(
    "what waits at a stuck actor is for the one who takes over, while the first still hangs") {
  hanging_scene it{true};
  it.start();
  int answered = 0;
  it.hang_while([&] {
    auto answer = it.team.on.director->request(it.team.roles[0], caf::infinite, 7);
    it.team.on.pass(1501ms);
    answer.receive([&](int number) { answered = number; }, [](const caf::error&) {});
    CHECK(answered == 7);
  });
  CHECK(answered == 7);
}

TEST_CASE("a stuck actor does not keep its supervisor from ending") {
  hanging_scene it{false};
  it.start();
  it.hang_while([&] {
    it.team.on.tell(it.team.boss, stop_atom::value);
    it.team.on.pass(it.child.shutdown_grace + supervision::supervisor_state::kill_limit);
    CHECK(it.team.ending() != "running");
  });
}

TEST_CASE("a supervisor ends even while it waits, without a limit, for a stuck child to end") {
  hanging_scene it{false};
  it.start_with_sibling();
  it.hang_while([&] {
    it.team.fail(1);
    it.team.on.pass(it.child.shutdown_grace + supervision::supervisor_state::kill_limit + 10s);
    CHECK(it.status().stuck_in.find("str") != std::string::npos);
    CHECK(it.team.news() == lines{"b ends"});  // nobody comes back before a has ended
    it.team.on.tell(it.team.boss, stop_atom::value);
    CHECK(it.team.ending() != "running");
  });
}

TEST_CASE("an actor that is stuck while its supervisor ends is no failure more") {
  hanging_scene it{true};
  auto slow = it.team.child("b");
  slow.shutdown_grace = 5s;
  slow.make = [](caf::actor_system& system) {
    return caf::actor_cast<caf::strong_actor_ptr>(system.spawn(stubborn_player, 0));
  };
  it.team.start({it.child, slow}, {.intensity = {.max_restarts = 0}});
  it.hang_while([&] {
    it.team.on.pass(1100ms);
    it.team.on.tell(it.team.boss, stop_atom::value);
    it.team.on.pass(2s);  // b is still asked to end first
    CHECK(it.status().times_stuck == 1);
    CHECK(it.status().failures == 0);
  });
  it.team.on.pass(5s);
  CHECK(it.team.ending() == "it ended without being asked to");
  CHECK(it.team.record->report().gave_up.empty());
}

TEST_CASE("a temporary child that is left behind since it hangs does not come back") {
  hanging_scene it{true};
  it.child.restart = restart_kind::temporary;
  it.child.turn_limit = child_specification::unlimited;
  it.start_with_sibling();
  it.hang_while([&] {
    it.team.fail(1);
    it.team.on.pass(it.child.shutdown_grace + supervision::supervisor_state::kill_limit);
    CHECK(it.team.news() == lines{"b ends", "b starts"});
    CHECK(it.status().running == 0);
  });
  CHECK(it.status().running == 0);
}

TEST_CASE("a child that hangs in its start is noticed, waited for, and up when it goes on") {
  cast team;
  auto slow = team.child("a");
  slow.start_limit = 5s;
  slow.make = [&team](caf::actor_system& system) {
    return caf::actor_cast<caf::strong_actor_ptr>(system.spawn(
        [](supervision::player<caf::event_based_actor>*, cast* around) -> caf::behavior {
          around->on.pass(4s);
          CHECK(around->record->report().children[0].times_stuck == 0);
          around->on.pass(2s);
          CHECK(around->record->report().children[0].stuck_in == "its start");
          CHECK_FALSE(around->record->report().started);
          return {[](int number) { return number; }};
        },
        &team));
  };
  team.start({slow, team.child("b")});
  CHECK(team.on.ask<int>(team.roles[0], 7) == 7);
  const auto report = team.record->report();
  CHECK(report.started);
  CHECK(report.children[0].stuck_in.empty());
  CHECK(report.children[0].failures == 0);
}

TEST_CASE("a child of many alike that hangs in its start is noticed and named") {
  cast team;
  const child_specification alike{.name = "many", .turn_limit = 1s};
  team.start({alike}, {.strategy = strategy::simple_one_for_one});
  const child_maker maker{
      .name = "one", .make = [&team](caf::actor_system& system) {
        return caf::actor_cast<caf::strong_actor_ptr>(system.spawn(
            [](supervision::player<caf::event_based_actor>*, cast* around) -> caf::behavior {
              around->on.pass(2s);
              const auto status = around->record->report().children[0];
              CHECK(status.times_stuck == 1);
              CHECK(status.stuck_in.find("start") != std::string::npos);
              return {[](int number) { return number; }};
            },
            &team));
      }};
  team.on.tell(team.boss, start_atom::value, maker);
  team.on.pass(1s);
  CHECK(team.record->report().children[0].stuck_in.empty());
}
