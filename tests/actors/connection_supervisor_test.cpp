#include "actors/delivery/connection_supervisor.hpp"

#include <memory>
#include <vector>

#include <doctest/doctest.h>
#include <sys/socket.h>

#include "actors/delivery/frame_processor.hpp"
#include "actors/supervision/role.hpp"
#include "actors/telemetry/latency_monitor.hpp"
#include "tests/actors/support/manual_poller.hpp"
#include "tests/actors/support/sound_frames.hpp"
#include "tests/actors/support/stage.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using test::stage;

namespace {

/// A connection supervisor with a real frame processor and clients on socket pairs.
struct house {
  explicit house(std::size_t max_clients = 0) {
    processor = on.spawn(delivery::frame_processor, audience);
    settings.max_clients = max_clients;
    settings.colleagues = {
        .poller = &poller,
        .frame_processor = processor,
        .connection_supervisor = {},
        .latency_monitor =
            on.spawn(telemetry::latency_monitor, std::make_shared<telemetry::latency_records>())};
    const auto role = supervision::make_role(on.system, "connection_supervisor");
    address = caf::actor_cast<connection_supervisor_actor>(role);
    settings.colleagues.connection_supervisor = address;
    start();
  }

  ~house() {
    for (const auto& [number, client] : ledger->connected) on.ends_with_stage(client.connection);
  }

  void start() {
    supervision::role_of(caf::actor_cast<caf::strong_actor_ptr>(address))
        .cast(caf::actor_cast<caf::strong_actor_ptr>(
            on.spawn(delivery::connection_supervisor, settings, ledger)));
    on.run();
  }

  void lose_supervisor() {
    auto& role = supervision::role_of(caf::actor_cast<caf::strong_actor_ptr>(address));
    const auto old = role.player();
    role.vacate();
    caf::anon_send_exit(caf::actor_cast<caf::actor>(old), caf::exit_reason::kill);
    on.run();
  }

  void come() {
    int pair[2] = {-1, -1};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
    clients.emplace_back(pair[0]);
    on.tell(address, accepted_client{std::make_shared<descriptor>(pair[1])});
  }

  void play(int count) {
    for (int i = 0; i < count; ++i) on.tell(processor, frames.next());
  }

  clients_report report() { return on.ask<clients_report>(address, report_atom::value); }

  test::manual_poller poller;
  stage on;
  std::shared_ptr<delivery::frame_audience> audience = std::make_shared<delivery::frame_audience>();
  std::shared_ptr<delivery::client_ledger> ledger = std::make_shared<delivery::client_ledger>();
  delivery::connection_supervisor_settings settings;
  frame_processor_actor processor;
  connection_supervisor_actor address;
  std::vector<descriptor> clients;
  test::sound_frames frames;
};

bool adds_up(const delivery_counters& sum) {
  return sum.frames_offered ==
         sum.frames_delivered + sum.frames_queued + sum.frames_dropped.total();
}

}  // namespace

TEST_CASE("each client gets a connection and an account that adds up") {
  house it;
  it.come();
  it.play(2);
  it.come();
  it.play(3);
  it.on.pass(1s);
  const auto report = it.report();
  CHECK(report.clients_served == 2);
  CHECK(report.clients_connected == 2);
  REQUIRE(report.clients.size() == 2);
  CHECK(report.clients[0].delivery.frames_offered == 5);
  CHECK(report.clients[1].delivery.frames_offered == 3);
  CHECK(report.total.frames_delivered == 8);
  CHECK(adds_up(report.total));
}

TEST_CASE("with room for one client, a new one takes the place of the earlier one") {
  house it{1};
  it.come();
  it.play(1);
  it.come();
  it.play(1);
  it.on.pass(delivery::connection_supervisor_state::newcomer_patience);
  const auto report = it.report();
  CHECK(report.clients_served == 2);
  CHECK(report.clients_connected == 1);
  CHECK(report.clients[0].reason == "a newer client took its place");
  CHECK(it.audience->connections.size() == 1);
}

TEST_CASE("a client that leaves at once takes nobody's place") {
  house it{1};
  it.come();
  it.come();
  it.clients.pop_back();
  it.play(1);
  it.on.pass(delivery::connection_supervisor_state::newcomer_patience);
  it.play(1);
  const auto report = it.report();
  CHECK(report.clients_connected == 1);
  CHECK(it.ledger->connected.begin()->first == client_number{1});
  it.on.pass(1s);
  CHECK(it.report().clients.back().delivery.frames_delivered == 2);
}

TEST_CASE("a connection that ends while its supervisor is away is accounted for, with its reason") {
  house it;
  it.come();
  it.play(3);
  it.lose_supervisor();
  it.clients.clear();
  it.play(1);
  it.start();
  const auto report = it.report();
  CHECK(report.clients_connected == 0);
  REQUIRE(report.clients.size() == 1);
  CHECK(report.clients[0].reason == "it left");
  CHECK(report.total.frames_offered == 4);
  CHECK(report.total.frames_dropped[drop_cause::client_gone] == 1);
  CHECK(adds_up(report.total));
}

TEST_CASE("a connection that fails costs its own client only, and its account is closed") {
  house it;
  it.come();
  it.come();
  it.play(2);
  caf::anon_send_exit(it.ledger->connected.begin()->second.connection, caf::exit_reason::kill);
  it.on.run();
  it.play(2);
  it.on.pass(1s);
  const auto report = it.report();
  CHECK(report.clients_connected == 1);
  CHECK(report.clients[0].reason == "its connection failed: it was killed");
  CHECK(report.clients[0].delivery.frames_delivered == 2);
  CHECK(report.clients[1].delivery.frames_delivered == 4);
  CHECK(adds_up(report.total));
}

TEST_CASE("draining closes every connection and answers with the accounts of all") {
  house it;
  it.come();
  it.come();
  it.play(3);
  const auto report =
      it.on.ask<clients_report>(it.address, drain_atom::value, std::chrono::nanoseconds{100ms});
  CHECK(report.clients_connected == 0);
  CHECK(report.clients_served == 2);
  CHECK(report.total.frames_delivered == 6);
  CHECK(adds_up(report.total));
}

TEST_CASE("draining an empty house is answered at once") {
  house it;
  const auto report =
      it.on.ask<clients_report>(it.address, drain_atom::value, std::chrono::nanoseconds{100ms});
  CHECK(report.clients_served == 0);
}

TEST_CASE("clients stay connected while the connection supervisor is restarted") {
  house it;
  it.come();
  it.play(1);
  it.lose_supervisor();
  it.start();
  it.play(1);
  it.come();
  it.on.pass(1s);
  const auto report = it.report();
  CHECK(report.clients_connected == 2);
  CHECK(report.clients_served == 2);
  CHECK(report.clients[0].delivery.frames_delivered == 2);
}

TEST_CASE("the names of clients long gone are forgotten, their frames are not") {
  house it{1};
  const auto count = delivery::client_ledger::remembered_limit + 10;
  for (std::size_t i = 0; i < count; ++i) {
    it.come();
    it.play(1);
    it.clients.clear();
  }
  const auto report = it.report();
  CHECK(report.clients_served == count);
  CHECK(report.clients.size() <= delivery::client_ledger::remembered_limit + 1);
  CHECK(report.total.frames_offered >= count - 1);
}
