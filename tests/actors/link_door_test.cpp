#include "actors/network/link_door.hpp"

#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/actors/support/connection_colleagues.hpp"
#include "tests/actors/support/stage.hpp"

using namespace troupe;
using test::stage;

namespace {

/// Makes connections as the registry does, and keeps their accounts.
struct made_connections {
  std::vector<std::shared_ptr<client_report>> accounts;
  std::vector<caf::strong_actor_ptr> connections;

  [[nodiscard]] std::size_t living() const {
    std::size_t result = 0;
    for (const auto& account : accounts) result += account->reason.empty() ? 1 : 0;
    return result;
  }
};

client_registry_actor::behavior_type making_registry(client_registry_actor::pointer self,
                                                     made_connections* made) {
  return {[](const accepted_client&) {},
          [=](const arriving_client& arriving) {
            made->accounts.push_back(std::make_shared<client_report>());
            made->connections.push_back(arriving.make_connection(
                self->system(), client_place{.account = made->accounts.back(),
                                             .inbox = caf::make_counted<frame_inbox>(),
                                             .tuning = {}}));
            return made->connections.back();
          },
          [](const client_report&) {},
          [](tick_atom) {},
          [](const delivery_tuning&) {},
          [](evict_atom) {},
          [](drain_atom, std::chrono::nanoseconds) { return clients_report{}; },
          [](report_atom) { return clients_report{}; }};
}

link_receiver_actor::behavior_type counting_receiver(link_receiver_actor::pointer, int* goodbyes) {
  return {[](const readiness&) {},
          [](const codec_settings&) {},
          [](stop_atom) { return source_report{}; },
          [](report_atom) { return source_report{}; },
          [](const link_frame&) {},
          [](const link_path&) {},
          [=](const link_goodbye&) { ++*goodbyes; },
          [](tick_atom) {}};
}

struct guarded_node {
  guarded_node() {
    receiver = on.spawn(counting_receiver, &goodbyes);
    door = on.spawn(
        network::link_door,
        network::link_sender_settings{.frame_processor = on.spawn(test::fake_processor, &notes),
                                      .client_registry = on.spawn(making_registry, &made),
                                      .latency_monitor = on.spawn(test::fake_monitor, &notes),
                                      .position = position});
    on.run();
  }

  guarded_node(const guarded_node&) = delete;
  guarded_node& operator=(const guarded_node&) = delete;
  ~guarded_node() {
    for (const auto& each : made.connections)
      caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
    on.run();
  }

  /// Why it is refused; empty if it is let in.
  std::string refusal(const link_request& request, const link_receiver_actor& for_whom) {
    std::string result;
    auto answer = on.director->request(door, caf::infinite, request, for_whom);
    on.run();
    answer.receive([](const link_offer&, const link_sender_actor&) {},
                   [&](const caf::error& error) { result = on.system.render(error); });
    on.run();
    return result;
  }

  test::heard_by_colleagues notes;
  made_connections made;
  int goodbyes = 0;
  std::shared_ptr<network::node_position> position =
      std::make_shared<network::node_position>("here");
  stage on;
  link_receiver_actor receiver;
  link_door_actor door;
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a node that asks for the stream is let in") {
  guarded_node node;
  CHECK(node.refusal({.subscriber = node_identity{7}, .name = "it"}, node.receiver).empty());
  CHECK(node.made.living() == 1);
}

TEST_CASE("a node of another version is refused, and told both") {
  guarded_node node;
  const auto why = node.refusal(
      {.protocol_version = 9, .subscriber = node_identity{7}, .name = "it"}, node.receiver);
  CHECK(contains(why, "version 9"));
  CHECK(contains(why, "version " + std::to_string(link_protocol_version)));
  CHECK(node.made.accounts.empty());
}

TEST_CASE("a node is refused that would hear itself, or says nothing of who is to hear") {
  guarded_node node;
  CHECK(contains(node.refusal({.subscriber = node.position->identity()}, node.receiver), "itself"));
  node.position->set_upstream({.nodes = {node_identity{7}}});
  CHECK(contains(node.refusal({.subscriber = node_identity{7}}, node.receiver), "loop"));
  CHECK(contains(node.refusal({.subscriber = node_identity{8}}, {}), "does not say who"));
  CHECK(node.made.accounts.empty());
}

TEST_CASE("a node has a few streams at most: of more, the earliest goes") {
  guarded_node node;
  for (int i = 0; i < 20; ++i)
    CHECK(node.refusal({.subscriber = node_identity{7}, .name = "it"}, node.receiver).empty());
  CHECK(node.made.living() == network::link_door_state::most_senders_of_node);
  CHECK(node.made.accounts.back()->reason.empty());
}
