#include "actors/delivery/client_registry.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include <doctest/doctest.h>
#include <sys/socket.h>

#include "actors/delivery/frame_processor.hpp"
#include "actors/supervision/role.hpp"
#include "actors/supervision/supervisor.hpp"
#include "actors/telemetry/latency_monitor.hpp"
#include "tests/actors/support/manual_poller.hpp"
#include "tests/actors/support/sound_frames.hpp"
#include "tests/actors/support/stage.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using test::stage;

namespace {

/// A client registry with a real connection supervisor and frame processor, and clients on socket
/// pairs.
struct house {
  explicit house(std::size_t max_clients = 0) {
    const auto processor_role = supervision::make_role(on.system, "frame_processor");
    processor = caf::actor_cast<frame_processor_actor>(processor_role);
    backlog = std::make_shared<frame_backlog>();
    audience = std::make_shared<delivery::frame_audience>(codec_settings{}.format(), backlog);
    supervision::role_of(processor_role)
        .cast(
            caf::actor_cast<caf::strong_actor_ptr>(on.spawn(delivery::frame_processor, audience)));
    settings.max_clients = max_clients;
    settings.colleagues = {
        .poller = &poller,
        .frame_processor = processor,
        .client_registry = {},
        .latency_monitor =
            on.spawn(telemetry::latency_monitor, std::make_shared<telemetry::latency_records>())};
    settings.connection_supervisor = on.spawn(
        supervision::supervisor,
        supervision::supervisor_settings{.strategy = supervision::strategy::simple_one_for_one},
        std::vector{supervision::child_specification{
            .name = "connection", .restart = supervision::restart_kind::temporary}},
        std::make_shared<supervision::supervision_record>());
    const auto role = supervision::make_role(on.system, "client_registry");
    address = caf::actor_cast<client_registry_actor>(role);
    settings.colleagues.client_registry = address;
    start();
  }

  ~house() {
    for (const auto& connection : ledger->connections()) on.ends_with_stage(connection);
    supervision::role_of(caf::actor_cast<caf::strong_actor_ptr>(processor)).close();
  }

  void start() {
    supervision::role_of(caf::actor_cast<caf::strong_actor_ptr>(address))
        .cast(caf::actor_cast<caf::strong_actor_ptr>(
            on.spawn(delivery::client_registry, settings, ledger)));
    on.run();
  }

  void lose_registry() {
    const auto player = supervision::player_behind(caf::actor_cast<caf::strong_actor_ptr>(address));
    caf::anon_send_exit(caf::actor_cast<caf::actor>(player), caf::exit_reason::kill);
    on.run();
  }

  void come() {
    int pair[2] = {-1, -1};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
    clients.emplace_back(pair[0]);
    on.tell(address, accepted_client{std::make_shared<descriptor>(pair[1])});
  }

  /// A client at another node, who was sent so many frames, and has left.
  void pass_by(std::uint64_t count) {
    on.tell(address, arriving_client{.address = "there",
                                     .make_connection = [count](caf::actor_system& system,
                                                                const client_place& place) {
                                       auto& account = *place.account;
                                       account.delivery.frames_offered = count;
                                       account.delivery.frames_delivered = count;
                                       account.reason = "it has left";
                                       return caf::actor_cast<caf::strong_actor_ptr>(
                                           system.spawn([](caf::event_based_actor*, int) {}, 0));
                                     }});
  }

  void play(int count) {
    for (int i = 0; i < count; ++i) {
      backlog->post(frames.next(), nullptr);
      on.run();
    }
  }

  clients_report report() { return on.ask<clients_report>(address, report_atom::value); }

  test::manual_poller poller;
  stage on;
  std::shared_ptr<frame_backlog> backlog;
  std::shared_ptr<delivery::frame_audience> audience;
  std::shared_ptr<delivery::client_ledger> ledger = std::make_shared<delivery::client_ledger>();
  delivery::client_registry_settings settings;
  frame_processor_actor processor;
  client_registry_actor address;
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
  it.on.pass(delivery::client_registry_state::newcomer_patience);
  const auto report = it.report();
  CHECK(report.clients_served == 2);
  CHECK(report.clients_connected == 1);
  CHECK(report.clients[0].reason == "a newer client took its place");
  CHECK(it.audience->size() == 1);
}

TEST_CASE("a client that leaves at once takes nobody's place") {
  house it{1};
  it.come();
  it.come();
  it.clients.pop_back();
  it.play(1);
  it.on.pass(delivery::client_registry_state::newcomer_patience);
  it.play(1);
  const auto report = it.report();
  CHECK(report.clients_connected == 1);
  CHECK(it.ledger->connection_of(client_number{1}) != nullptr);
  it.on.pass(1s);
  CHECK(it.report().clients.back().delivery.frames_delivered == 2);
}

TEST_CASE("a connection that ends while the registry is away is accounted for, with its reason") {
  house it;
  it.come();
  it.play(3);
  it.lose_registry();
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
  caf::anon_send_exit(it.ledger->connections().front(), caf::exit_reason::kill);
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

TEST_CASE("another tuning reaches those who are there, and those who come, over a restart too") {
  house it;
  it.come();
  it.on.tell(it.address, delivery_tuning{.queue_frames = 4, .socket_buffer_bytes = 40'000});
  it.lose_registry();
  it.start();
  it.come();
  it.on.pass(2s);
  const auto report = it.report();
  REQUIRE(report.clients.size() == 2);
  for (const auto& client : report.clients) CHECK(client.tuning.queue_frames == 4);
}

TEST_CASE("what most clients had dropped is what half of them had at most") {
  house it;
  for (int i = 0; i < 3; ++i) it.come();
  CHECK(it.ledger->median_dropped_share() == 0);
  const auto note = [&](std::uint64_t client, std::uint64_t offered, std::uint64_t dropped) {
    auto report = it.report().clients.at(client - 1);
    report.delivery.frames_offered = offered;
    report.delivery.frames_dropped[drop_cause::queue_full] = dropped;
    it.ledger->note(report);
  };
  note(1, 50, 50);
  note(2, 50, 0);
  note(3, 50, 0);
  CHECK(it.ledger->median_dropped_share() == 0);
  note(1, 100, 100);
  note(2, 100, 20);
  note(3, 100, 0);
  CHECK(it.ledger->median_dropped_share() == doctest::Approx(0.4));
  CHECK(it.ledger->median_dropped_share() == 0);  // nothing since
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

TEST_CASE("whoever comes between the drain and the end of the node is not admitted") {
  house it;
  static_cast<void>(
      it.on.ask<clients_report>(it.address, drain_atom::value, std::chrono::nanoseconds{1s}));
  it.come();
  it.pass_by(1);
  const auto report = it.report();
  CHECK(report.clients_served == 0);
  CHECK(report.clients_connected == 0);
}

TEST_CASE("draining an empty house is answered at once") {
  house it;
  const auto report =
      it.on.ask<clients_report>(it.address, drain_atom::value, std::chrono::nanoseconds{100ms});
  CHECK(report.clients_served == 0);
}

TEST_CASE("clients stay connected while the client registry is restarted") {
  house it;
  it.come();
  it.play(1);
  it.lose_registry();
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

TEST_CASE("what went to other nodes is known as such when their names are forgotten") {
  house it{1};
  it.pass_by(3);
  CHECK(it.report().total_of_links.frames_delivered == 3);
  for (std::size_t i = 0; i <= delivery::client_ledger::remembered_limit; ++i) {
    it.come();
    it.play(1);
    it.clients.clear();
  }
  const auto report = it.report();
  CHECK(std::none_of(report.clients.begin(), report.clients.end(),
                     [](const client_report& each) { return each.address == "there"; }));
  CHECK(report.total_of_links.frames_delivered == 3);
  CHECK(report.total.frames_offered > 3);
}

TEST_CASE("a client that came while the registry is away is taken in by the next one") {
  house it;
  it.lose_registry();
  it.come();
  CHECK(it.ledger->connected() == 0);
  it.start();
  CHECK(it.ledger->connected() == 1);
}

TEST_CASE("the end of the connection supervisor costs no client, and the next one has them all") {
  house it;
  it.come();
  it.play(1);
  caf::anon_send_exit(it.settings.connection_supervisor, caf::exit_reason::kill);
  it.on.run();
  it.play(1);
  it.on.pass(1s);
  CHECK(it.report().clients[0].delivery.frames_delivered == 2);
}
