#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>
#include <doctest/doctest.h>

#include "actors/probe/actor_probe.hpp"
#include "actors/probe/probe_board.hpp"
#include "actors/runtime/actor_system.hpp"
#include "actors/supervision/fault.hpp"
#include "actors/supervision/player.hpp"
#include "actors/supervision/role.hpp"
#include "tests/actors/support/stage.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using probe::actor_kind;
using probe::handler_tally;
using probe::message_kind;
using supervision::supervised;

namespace {

/// What an actor counts itself, and how long it says that it took.
struct own_account {
  std::atomic<std::uint64_t> numbers{0};
  std::atomic<std::uint64_t> texts{0};
  std::atomic<std::uint64_t> wake_ups{0};
  std::atomic<std::chrono::nanoseconds> slept{};
};

using account_ptr = std::shared_ptr<own_account>;
using counting_pointer = supervision::player<caf::event_based_actor>*;

caf::behavior counting(counting_pointer self, const account_ptr& account) {
  self->set_wake_up_handler([account] { ++account->wake_ups; });
  return {[account](int) { ++account->numbers; },
          [account](const std::string&) { ++account->texts; },
          [account](std::chrono::nanoseconds time) {
            const auto began = std::chrono::steady_clock::now();
            std::this_thread::sleep_for(time);
            account->slept = account->slept.load() + (std::chrono::steady_clock::now() - began);
          }};
}

caf::behavior forwarding(counting_pointer self, const caf::actor& to) {
  self->be_known_as("forwarder");
  return {[=](int number) { self->send(to, number); }};
}

std::shared_ptr<const probe::actor_probe> probe_of(const caf::actor& actor) {
  return supervision::as_supervised(caf::actor_cast<caf::strong_actor_ptr>(actor))->probe();
}

template <class Type>
message_kind kind_of() {
  return {message_kind::form::type_number, caf::type_nr<Type>::value};
}

std::uint64_t count_of(const probe::actor_probe& probe, message_kind message) {
  std::vector<handler_tally> handlers;
  probe.add_to(handlers);
  std::uint64_t sum = 0;
  for (const auto& each : handlers)
    if (each.message == message) sum += each.busy.count();
  return sum;
}

constexpr auto wake_up = message_kind::of(caf::atom("wake_up"));

struct probed_system {
  probed_system() { config.probes = std::make_shared<probe::probe_board>(); }

  runtime::node_system_config config;
};

}  // namespace

TEST_CASE("after a million messages the probe has counted what the actor itself has, by type") {
  probed_system on;
  caf::actor_system system{on.config};
  const auto account = std::make_shared<own_account>();
  const auto actor = system.spawn(counting, account);
  const auto probe = probe_of(actor);
  constexpr std::uint64_t rounds = 500'000;
  constexpr std::uint64_t in_flight = 1000;
  for (std::uint64_t i = 0; i < rounds; ++i) {
    caf::anon_send(actor, 1);
    caf::anon_send(actor, std::string{"a"});
    if (i % 10 == 0) wakeable_behind(actor).wake(nullptr);
    while (i + 1 - account->texts > in_flight) std::this_thread::yield();
  }
  while (account->numbers < rounds || account->texts < rounds) std::this_thread::yield();
  caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  caf::scoped_actor { system } -> wait_for(actor);
  CHECK(count_of(*probe, kind_of<int>()) == account->numbers);
  CHECK(count_of(*probe, kind_of<std::string>()) == account->texts);
  CHECK(count_of(*probe, wake_up) == account->wake_ups);
  CHECK(account->numbers == rounds);
  CHECK(probe->waiting() == 0);
}

TEST_CASE("somebody who looks all the time sees counts that only grow, and misses none") {
  probed_system on;
  caf::actor_system system{on.config};
  const auto account = std::make_shared<own_account>();
  const auto actor = system.spawn(counting, account);
  const auto probe = probe_of(actor);
  std::atomic<bool> done{false};
  std::atomic<bool> grew{true};
  std::thread looking{[&] {
    std::uint64_t last = 0;
    while (!done) {
      const auto now = probe->read_totals().turns;
      if (now < last) grew = false;
      last = now;
    }
  }};
  for (int i = 0; i < 50'000; ++i) caf::anon_send(actor, i);
  while (account->numbers < 50'000) std::this_thread::yield();
  done = true;
  looking.join();
  CHECK(grew);
  CHECK(count_of(*probe, kind_of<int>()) == 50'000);
}

TEST_CASE("the time of turns and the depth of a mailbox are those of a known load") {
  probed_system on;
  caf::actor_system system{on.config};
  const auto account = std::make_shared<own_account>();
  const auto address = supervision::make_role(system, "sleeper");
  const auto actor = system.spawn(counting, account);
  supervision::role_of(address).cast(caf::actor_cast<caf::strong_actor_ptr>(actor));
  const auto role = caf::actor_cast<caf::actor>(address);
  constexpr int load = 40;
  for (int i = 0; i < load; ++i) caf::anon_send(role, std::chrono::nanoseconds{5ms});
  const auto room = supervision::role_of(address).report();
  while (supervision::role_of(address).report().waiting > 0) std::this_thread::sleep_for(1ms);
  caf::anon_send(role, 1);
  while (account->numbers == 0) std::this_thread::sleep_for(1ms);

  std::vector<handler_tally> handlers;
  probe_of(actor)->add_to(handlers);
  const auto& slept =
      probe::tally_of(handlers, kind_of<std::chrono::nanoseconds>(), actor_kind::nobody);
  REQUIRE(slept.busy.count() == load);
  const auto truth = static_cast<double>(account->slept.load().count());
  CHECK(static_cast<double>(slept.busy.total().count()) == doctest::Approx(truth).epsilon(0.05));
  CHECK(slept.busy.quantile(0.5) >= 4750us);
  CHECK(slept.wait.count() == load);
  CHECK(slept.wait.max() >= (load - 2) * 5ms);
  CHECK(room.most_waiting >= load * 95 / 100);
  CHECK(room.most_waiting <= load);
  supervision::role_of(address).close();
  caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
}

TEST_CASE("messages are told apart by the kind of actor that sent them") {
  test::stage on;
  const auto account = std::make_shared<own_account>();
  const auto actor = on.spawn(counting, account);
  const auto forwarder = on.spawn(forwarding, actor);
  on.tell(forwarder, 1);
  on.tell(forwarder, 2);
  on.tell(actor, 3);
  auto& board = *on.probes();
  std::vector<handler_tally> handlers;
  probe_of(actor)->add_to(handlers);
  const auto from = [&](actor_kind kind) {
    return probe::tally_of(handlers, kind_of<int>(), kind).busy.count();
  };
  CHECK(from(board.kind_of("forwarder")) == 2);
  CHECK(from(actor_kind::nobody) == 1);
}

TEST_CASE("what an actor did stays with its kind when it has ended") {
  test::stage on;
  auto& board = *on.probes();
  const auto account = std::make_shared<own_account>();
  for (int i = 0; i < 3; ++i) {
    auto actor = on.system.spawn(counting, account);
    supervision::as_supervised(caf::actor_cast<caf::strong_actor_ptr>(actor))->be_known_as("one");
    on.tell(actor, 1);
    if (i < 2) on.tell(actor, caf::exit_msg{actor.address(), caf::exit_reason::kill});
    if (i == 2) on.ends_with_stage(actor);
  }
  const auto kind = board.kind_of("one");
  auto all = board.read(kind);
  CHECK(probe::tally_of(all, kind_of<int>(), actor_kind::nobody).busy.count() == 3);
  CHECK(board.of_kind(kind).size() == 1);
}

TEST_CASE("a turn that lasts longer than the notes can say is told in full") {
  const auto board = std::make_shared<probe::probe_board>();
  probe::actor_probe probe{board};
  probe.begin_turn(wake_up);
  const auto long_ago = std::chrono::steady_clock::now() - 10s;
  probe.end_turn(actor_kind::nobody, long_ago);
  const auto totals = probe.read_totals();
  CHECK(totals.turns == 1);
  CHECK(totals.longest_wait >= 9s);
}

TEST_CASE("the message in hand is known while it is, and not afterwards") {
  const auto board = std::make_shared<probe::probe_board>();
  probe::actor_probe probe{board};
  {
    const probe::turn one{probe, message_kind::of(caf::atom("tick"))};
    CHECK(probe::turn_record::is_busy(probe.turns().current()));
    CHECK(probe.turns().message() == message_kind::of(caf::atom("tick")));
    CHECK(probe.turns().began() <= std::chrono::steady_clock::now());
  }
  CHECK_FALSE(probe::turn_record::is_busy(probe.turns().current()));
}

TEST_CASE("without a board only the message in hand is taken down") {
  probe::actor_probe probe{nullptr};
  {
    const probe::turn one{probe, wake_up};
    CHECK(probe::turn_record::is_busy(probe.turns().current()));
  }
  CHECK(probe.read_totals().turns == 0);
  CHECK_FALSE(probe.is_timing());
}

TEST_CASE("an actor that is slowed down takes so much longer for each turn until it is let go") {
  test::stage on;
  const auto account = std::make_shared<own_account>();
  const auto actor = on.spawn(counting, account);
  on.tell(actor, supervision::injected_fault{.what = supervision::injected_fault::kind::slowness,
                                             .duration = 5ms});
  on.tell(actor, 1);
  on.tell(actor, supervision::injected_fault{.what = supervision::injected_fault::kind::slowness,
                                             .duration = 0ms});
  std::vector<handler_tally> handlers;
  probe_of(actor)->add_to(handlers);
  const auto& slow = probe::tally_of(handlers, kind_of<int>(), actor_kind::nobody);
  CHECK(slow.busy.count() == 1);
  CHECK(slow.busy.max() >= 5ms);
  CHECK(account->numbers == 1);
}
