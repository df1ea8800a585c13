#include "actors/runtime/reactor.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <doctest/doctest.h>
#include <sys/socket.h>

#include "actors/runtime/actor_system.hpp"
#include "protocol/type_ids.hpp"
#include "tests/actors/support/wait_until.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using test::wait_until;

namespace {

/// A real actor system with the scheduler under test.
struct running {
  ~running() {
    for (const auto& actor : cast) caf::anon_send_exit(actor, caf::exit_reason::kill);
  }

  template <class... Ts>
  caf::actor spawn(Ts&&... arguments) {
    cast.push_back(system.spawn(std::forward<Ts>(arguments)...));
    return cast.back();
  }

  runtime::node_system_config config;
  caf::actor_system system{config};
  runtime::reactor& reactor = runtime::reactor::of(system);
  std::vector<caf::actor> cast;
};

using numbers = std::vector<int>;

/// What actors on any thread write down.
class shared_numbers {
 public:
  void add(int number) {
    const std::lock_guard lock{mutex_};
    heard_.push_back(number);
  }
  [[nodiscard]] numbers all() const {
    const std::lock_guard lock{mutex_};
    return heard_;
  }

 private:
  mutable std::mutex mutex_;
  numbers heard_;
};

caf::behavior recording(caf::event_based_actor*, shared_numbers* heard) {
  return {[=](int number) { heard->add(number); }};
}

caf::behavior naming_thread(caf::event_based_actor* self, std::vector<std::thread::id>* threads,
                            const caf::actor& next) {
  return {[=](int number) {
    threads->push_back(std::this_thread::get_id());
    self->send(next, number);
  }};
}

caf::behavior hanging(caf::event_based_actor*, const std::atomic<bool>* go_on) {
  return {[=](int) {
    while (!*go_on) std::this_thread::sleep_for(1ms);
  }};
}

}  // namespace

TEST_CASE("messages for later come at their time, in its order") {
  running it;
  shared_numbers heard;
  const auto actor = it.spawn(recording, &heard);
  const auto start = std::chrono::steady_clock::now();
  auto& clock = it.system.clock();
  const auto at = [&](std::chrono::milliseconds time, int number) {
    clock.schedule_message(start + time, caf::actor_cast<caf::strong_actor_ptr>(actor),
                           caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, number));
  };
  at(-5ms, 0);
  at(500ms, 3);
  at(300ms, 1);
  at(400ms, 2);
  at(500ms, 4);
  wait_until([&] { return heard.all().size() == 5; });
  CHECK(heard.all() == numbers{0, 1, 2, 3, 4});
  CHECK(std::chrono::steady_clock::now() - start >= 500ms);
}

TEST_CASE("a request that gets no answer in time is told so, and an answer in time is no timeout") {
  std::atomic<int> answers{0};
  std::atomic<int> timeouts{0};
  running it;
  const auto silent = it.spawn(
      [](caf::event_based_actor* self, int) -> caf::behavior {
        return {[self](int) { return self->make_response_promise(); }};
      },
      0);
  const auto prompt =
      it.spawn([](caf::event_based_actor*,
                  int) -> caf::behavior { return {[](int number) { return number + 1; }}; },
               0);
  it.spawn(
      [&](caf::event_based_actor* self, int) -> caf::behavior {
        self->request(silent, 20ms, 1)
            .then([&](int) { ++answers; },
                  [&](const caf::error& error) { timeouts += error == caf::sec::request_timeout; });
        self->request(prompt, 10s, 1)
            .then([&](int) { ++answers; }, [&](caf::error&) { ++timeouts; });
        return {[](int) {}};
      },
      0);
  wait_until([&] { return timeouts == 1; });
  std::this_thread::sleep_for(30ms);
  CHECK(timeouts == 1);
  CHECK(answers == 1);
}

TEST_CASE("all that comes of one timer runs on the thread that it woke") {
  // A machine that stands still for a while has another thread take over: then once more.
  for (int attempt = 0; attempt < 20; ++attempt) {
    std::vector<std::thread::id> threads;
    std::atomic<bool> done{false};
    running it;
    const auto last = it.spawn(
        [&](caf::event_based_actor*, int) -> caf::behavior {
          return {[&](int) {
            threads.push_back(std::this_thread::get_id());
            done = true;
          }};
        },
        0);
    const auto middle = it.spawn(naming_thread, &threads, last);
    const auto first = it.spawn(naming_thread, &threads, middle);
    it.system.clock().schedule_message(
        std::chrono::steady_clock::now() + 20ms, caf::actor_cast<caf::strong_actor_ptr>(first),
        caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, 1));
    wait_until([&] { return done.load(); });
    REQUIRE(done);
    REQUIRE(threads.size() == 3);
    if (threads[0] == threads[1] && threads[1] == threads[2]) return;
  }
  FAIL("each time another thread ran some of the actors");
}

TEST_CASE("an actor that hangs holds up nothing, however far the next timer is") {
  std::atomic<bool> go_on{false};
  shared_numbers heard;
  running it;
  const auto actor = it.spawn(recording, &heard);
  caf::delayed_anon_send(actor, 1h, 9);
  std::this_thread::sleep_for(50ms);  // the reactor waits for that
  caf::anon_send(it.spawn(hanging, &go_on), 1);
  caf::anon_send(actor, 1);
  wait_until([&] { return !heard.all().empty(); });
  CHECK(heard.all() == numbers{1});
  go_on = true;
}

TEST_CASE("actors that hang, however many, stop neither others nor the clock") {
  std::atomic<bool> go_on{false};
  shared_numbers heard;
  running it;
  for (int i = 0; i < 12; ++i) caf::anon_send(it.spawn(hanging, &go_on), 1);
  const auto actor = it.spawn(recording, &heard);
  wait_until([&] { return it.reactor.threads() >= 13; });
  REQUIRE(it.reactor.threads() >= 13);
  caf::anon_send(actor, 1);
  caf::delayed_anon_send(actor, 10ms, 2);
  wait_until([&] { return heard.all().size() == 2; });
  CHECK(heard.all().size() == 2);
  CHECK(heard.all() == numbers{1, 2});
  go_on = true;
  // Those that were stuck go on as followers: no more threads than were ever needed.
  const auto threads = it.reactor.threads();
  CHECK(threads <= 15);
  for (const auto& each : it.cast) caf::anon_send(each, 3);
  wait_until([&] { return heard.all().size() == 3; });
  CHECK(it.reactor.threads() == threads);
}

TEST_CASE(
    "the reactor tells an actor once that its descriptor can be used, for each time it asks") {
  std::atomic<int> told{0};
  running it;
  std::array<int, 2> pair{-1, -1};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()) == 0);
  const descriptor ours{pair[0]};
  const descriptor theirs{pair[1]};
  const auto actor = it.spawn(
      [&](caf::event_based_actor*, int) -> caf::behavior {
        return {[&](const readiness& news) { told += news.readable; }};
      },
      0);
  runtime::watch watch{it.reactor.poller(), ours.get(),
                       caf::actor_cast<caf::strong_actor_ptr>(actor)};
  REQUIRE(::send(theirs.get(), "x", 1, 0) == 1);
  std::this_thread::sleep_for(20ms);
  CHECK(told == 0);  // it had not asked
  watch.arm(runtime::interest::read);
  wait_until([&] { return told == 1; });
  std::this_thread::sleep_for(20ms);
  CHECK(told == 1);
  watch.arm(runtime::interest::read);
  wait_until([&] { return told == 2; });
  CHECK(told == 2);
}
