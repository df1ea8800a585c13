#include "actors/runtime/wakeable_actor.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "actors/runtime/actor_system.hpp"
#include "actors/supervision/failure_text.hpp"
#include "protocol/atoms.hpp"
#include "tests/actors/support/stage.hpp"
#include "tests/actors/support/wait_until.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using test::stage;

namespace {

using waking_actor = runtime::wakeable_actor<caf::event_based_actor>;

/// What happened to it: a letter for each message and wake-up.
struct diary {
  std::string text;
  std::function<void(waking_actor&)> on_wake_up = [](waking_actor&) {};
};

caf::behavior diarist(waking_actor* self, diary* notes) {
  supervision::fail_with_exception_text(self);
  self->set_wake_up_handler([=] {
    notes->text += 'w';
    notes->on_wake_up(*self);
  });
  return {[=](tick_atom) { notes->text += 'm'; }};
}

}  // namespace

TEST_CASE("an actor that is told several times before it looks is woken up once") {
  stage on;
  diary notes;
  const auto actor = on.spawn(diarist, &notes);
  on.run();
  CHECK(notes.text.empty());
  for (int i = 0; i < 3; ++i) wakeable_behind(actor).wake(nullptr);
  on.run();
  CHECK(notes.text == "w");
  wakeable_behind(actor).wake(nullptr);
  on.run();
  CHECK(notes.text == "ww");
}

TEST_CASE("an actor that was told before it had begun is woken up when it begins") {
  stage on;
  diary notes;
  const auto actor = on.spawn(diarist, &notes);
  wakeable_behind(actor).wake(nullptr);
  on.run();
  CHECK(notes.text == "w");
}

TEST_CASE("a wake-up comes ahead of the messages that wait, and does not keep them") {
  stage on;
  diary notes;
  const auto actor = on.spawn(diarist, &notes);
  on.run();
  for (int i = 0; i < 10; ++i) caf::anon_send(actor, tick_atom::value);
  wakeable_behind(actor).wake(nullptr);
  on.run();
  CHECK(notes.text == "wmmmmmmmmmm");
}

TEST_CASE("an actor may wake itself up") {
  stage on;
  diary notes;
  notes.on_wake_up = [&](waking_actor& self) {
    if (notes.text.size() < 5) self.wake(self.context());
  };
  const auto actor = on.spawn(diarist, &notes);
  wakeable_behind(actor).wake(nullptr);
  on.run();
  CHECK(notes.text == "wwwww");
}

TEST_CASE("a wake-up call comes at its time, not before") {
  stage on;
  diary notes;
  notes.on_wake_up = [&](waking_actor& self) { self.wake_at(on.now() + 20ms); };
  const auto actor = on.spawn(diarist, &notes);
  wakeable_behind(actor).wake(nullptr);
  on.run();
  CHECK(notes.text == "w");
  on.pass(19ms);
  CHECK(notes.text == "w");
  on.pass(1ms);
  CHECK(notes.text == "ww");
  on.pass(200ms);
  CHECK(notes.text == "wwwwwwwwwwww");
}

TEST_CASE("a second wake-up call while one is set is a fault of the actor's") {
  stage on;
  diary notes;
  notes.on_wake_up = [&](waking_actor& self) {
    self.wake_at(on.now() + 1ms);
    CHECK_THROWS_AS(self.wake_at(on.now() + 2ms), std::logic_error);
  };
  const auto actor = on.spawn(diarist, &notes);
  wakeable_behind(actor).wake(nullptr);
  on.run();
  CHECK(notes.text == "w");
}

TEST_CASE("an exception in a wake-up ends the actor with its text, and later ones find nobody") {
  stage on;
  diary notes;
  notes.on_wake_up = [](waking_actor&) { throw std::runtime_error{"the sound broke"}; };
  const auto actor = on.spawn(diarist, &notes);
  std::string reason;
  on.director->monitor(actor);
  wakeable_behind(actor).wake(nullptr);
  on.run();
  on.director->receive(
      [&](const caf::down_msg& down) { reason = supervision::describe(down.reason, on.system); });
  CHECK(reason == "the sound broke");
  wakeable_behind(actor).wake(nullptr);
  on.tell(actor, tick_atom::value);
  CHECK(notes.text == "w");
}

TEST_CASE("an actor that quits when it is woken up has ended") {
  stage on;
  diary notes;
  notes.on_wake_up = [](waking_actor& self) { self.quit(); };
  const auto actor = on.spawn(diarist, &notes);
  on.director->monitor(actor);
  wakeable_behind(actor).wake(nullptr);
  on.run();
  bool ended = false;
  on.director->receive([&](const caf::down_msg&) { ended = true; });
  CHECK(ended);
}

TEST_CASE("only an actor made for it can be woken up") {
  stage on;
  const auto other =
      on.spawn([](caf::event_based_actor*, int) -> caf::behavior { return {[](tick_atom) {}}; }, 0);
  CHECK_THROWS_AS(static_cast<void>(wakeable_behind(other)), std::bad_cast);
}

// Under the scheduler of a node, as the threads are what this is about.
TEST_CASE("no wake-up and no message is lost between threads") {
  constexpr std::uint64_t each = 100'000;
  std::atomic<std::uint64_t> given{0};
  std::atomic<std::uint64_t> found{0};
  std::atomic<std::uint64_t> heard{0};
  std::atomic<int> inside{0};
  std::atomic<int> most_inside{0};
  runtime::node_system_config config;
  caf::actor_system system{config};
  const auto actor = system.spawn(
      [&](waking_actor* self, int) -> caf::behavior {
        self->set_wake_up_handler([&] {
          most_inside = std::max(most_inside.load(), ++inside);
          found = given.load();
          --inside;
        });
        return {[&](tick_atom) {
          most_inside = std::max(most_inside.load(), ++inside);
          ++heard;
          --inside;
        }};
      },
      0);
  auto& wakes = wakeable_behind(actor);
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i)
    threads.emplace_back([&] {
      for (std::uint64_t n = 0; n < each; ++n) {
        ++given;
        wakes.wake(nullptr);
        if (n % 16 == 0) caf::anon_send(actor, tick_atom::value);
        if (n % 64 == 0) std::this_thread::yield();
      }
    });
  for (auto& thread : threads) thread.join();
  test::wait_until([&] { return found == 2 * each && heard == 2 * each / 16; });
  CHECK(found == 2 * each);
  CHECK(heard == 2 * each / 16);
  CHECK(most_inside == 1);
  caf::anon_send_exit(actor, caf::exit_reason::kill);
}
