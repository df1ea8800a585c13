#include "actors/network/inspection_call.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <caf/all.hpp>
#include <doctest/doctest.h>

#include "actors/network/certificate_authority.hpp"
#include "actors/network/front_door.hpp"
#include "actors/network/inspection_door.hpp"
#include "actors/runtime/reactor.hpp"
#include "tests/actors/support/credentials.hpp"
#include "tests/actors/support/machine.hpp"
#include "tests/actors/support/noting_desk.hpp"
#include "tests/actors/support/raw_peer.hpp"
#include "tests/actors/support/wait_until.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using network::remote_inspection;
using test::machine;
using test::noting_desk;
using test::raw_peer;
using test::wait_until;

namespace {

constexpr auto patience = 5s;

/// Refuses whoever asks.
link_door_actor::behavior_type closed_door(link_door_actor::pointer, const std::string& why) {
  return {[why](const link_request&,
                const link_receiver_actor&) -> caf::result<link_offer, link_sender_actor> {
    return caf::make_error(caf::sec::invalid_argument, why);
  }};
}

/// A node that answers inspectors at its port.
struct inspected_node {
  explicit inspected_node(noting_desk::answering answers = {},
                          network::inspection_door_settings settings = {.is_insecure = true},
                          std::shared_ptr<const network::tls_context> tls = {},
                          const network::link_limits& limits = {})
      : desk(std::make_unique<noting_desk>(std::move(answers))), on(std::move(tls)) {
    settings.desk = desk.get();
    auto& peers = network::multiplexer::of(on.system).peers();
    settings.peer_at = [&peers](const auto& node) { return peers.find(node); };
    settings.send_away = [&peers](auto connection, const auto& why) {
      peers.send_away(connection, why);
    };
    settings.hang_up = [&peers](auto connection) { peers.hang_up(connection); };
    links = on.system.spawn(closed_door, "there is no stream");
    door = on.system.spawn(network::inspection_door, settings);
    port = on.publish(network::make_front_door(on.system, links, door), limits);
  }
  inspected_node(const inspected_node&) = delete;
  inspected_node& operator=(const inspected_node&) = delete;
  ~inspected_node() {
    caf::anon_send_exit(door, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(links, caf::exit_reason::user_shutdown);
  }

  std::unique_ptr<noting_desk> desk;
  machine on;
  link_door_actor links;
  inspection_door_actor door;
  std::uint16_t port = 0;
};

struct outcome {
  std::string answer;
  caf::error error;

  [[nodiscard]] std::string why() const {
    return error && error.context().match_elements<std::string>()
               ? error.context().get_as<std::string>(0)
               : std::string{};
  }
};

/// On another machine.
struct inspector {
  explicit inspector(std::uint16_t port, std::shared_ptr<const network::tls_context> tls = {})
      : call(on.system.spawn(network::inspection_call,
                             network::inspection_call_settings{
                                 .node = {.to = {"127.0.0.1", port}, .tls = std::move(tls)},
                                 .asker = "a test",
                                 .poller = &runtime::reactor::of(on.system).poller(),
                                 .broker = on.broker})) {}
  inspector(const inspector&) = delete;
  inspector& operator=(const inspector&) = delete;
  ~inspector() { caf::anon_send_exit(call, caf::exit_reason::user_shutdown); }

  outcome ask(const std::string& question) {
    outcome result;
    caf::scoped_actor self{on.system};
    self->request(call, patience, question)
        .receive([&](const std::string& answer) { result.answer = answer; },
                 [&](const caf::error& error) { result.error = error; });
    return result;
  }

  machine on;
  inspection_call_actor call;
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

caf::message question(const std::string& text) {
  return caf::make_message(inspection_question{.asker = "it", .text = text});
}

}  // namespace

TEST_CASE("an inspector is answered over the network, as often as it asks") {
  inspected_node node;
  inspector it{node.port};
  for (int i = 0; i < 100; ++i) CHECK(it.ask(std::to_string(i)).answer == std::to_string(i));
  REQUIRE(node.desk->all().size() == 1);
  CHECK(node.desk->all().front().who == "a test at 127.0.0.1");
}

TEST_CASE("an answer of megabytes comes whole") {
  std::string all;
  while (all.size() < 5'000'000) all += std::to_string(all.size());
  inspected_node node{[&](const auto&, const auto&) { return all; }};
  inspector it{node.port};
  const bool is_whole = it.ask("what?").answer == all;
  CHECK(is_whole);
}

TEST_CASE("an answer that is too long is refused, and the next one comes") {
  inspected_node node{[](const auto& text, const auto&) {
    return text == "all" ? std::string(longest_inspection_answer + 1, 'x') : text;
  }};
  inspector it{node.port};
  CHECK(contains(it.ask("all").why(), "ask for less"));
  CHECK(it.ask("some").answer == "some");
}

TEST_CASE("three inspectors at once are answered each") {
  inspected_node node;
  std::vector<std::jthread> all;
  std::array<int, 3> answers{};
  for (std::size_t i = 0; i < answers.size(); ++i)
    all.emplace_back([&, i] {
      inspector it{node.port};
      for (int n = 0; n < 50; ++n) {
        const auto text = std::to_string(i) + ":" + std::to_string(n);
        if (it.ask(text).answer == text) ++answers.at(i);
      }
      wait_until([&] { return node.desk->all().size() == 3; });
    });
  all.clear();
  CHECK(answers == std::array<int, 3>{50, 50, 50});
  CHECK(node.desk->all().size() == 3);
  wait_until([&] { return node.desk->there() == 0; });
  CHECK(node.desk->there() == 0);
}

TEST_CASE("an inspector that may not ask is told why, and its connection ended") {
  inspected_node node{{}, {.is_insecure = false}};
  inspector it{node.port};
  const auto refused = it.ask("what?");
  CHECK(refused.error == caf::sec::invalid_argument);
  CHECK(contains(refused.why(), "--insecure"));
  auto& peers = network::multiplexer::of(node.on.system).peers();
  CHECK(peers.find(it.on.system.node()));
  wait_until([&] { return !peers.find(it.on.system.node()); });
  CHECK_FALSE(peers.find(it.on.system.node()));
  CHECK(it.ask("what?").error);
}

TEST_CASE("over TLS the node knows by whose certificate it is asked") {
  const network::certificate_authority authority{"authority", test::valid_now()};
  const test::credentials of_node{authority.issue("node", test::valid_now()), authority.identity()};
  const test::credentials of_inspector{authority.issue("inspector", test::valid_now()),
                                       authority.identity()};
  inspected_node node{{}, {.allowed = remote_inspection::steer}, of_node.context()};
  inspector it{node.port, of_inspector.context()};
  CHECK(it.ask("what?").answer == "what?");
  REQUIRE(node.desk->all().size() == 1);
  CHECK(node.desk->all().front().who == "a test at 127.0.0.1 with the certificate of inspector");
  CHECK(node.desk->all().front().may_steer);
}

TEST_CASE("an inspector whose certificate the node refuses, or that has none, is told so") {
  const network::certificate_authority authority{"authority", test::valid_now()};
  const network::certificate_authority other{"other", test::valid_now()};
  const test::credentials of_node{authority.issue("node", test::valid_now()), authority.identity()};
  const test::credentials of_stranger{other.issue("stranger", test::valid_now()),
                                      authority.identity()};
  inspected_node node{{}, {}, of_node.context()};
  inspector stranger{node.port, of_stranger.context()};
  const auto refused = stranger.ask("what?");
  CHECK(refused.error == caf::sec::cannot_connect_to_node);
  CHECK_MESSAGE(contains(refused.why(), "it refused our certificate"), refused.why());
  inspector plain{node.port};
  CHECK(contains(plain.ask("what?").why(), "--tls-cert"));
  CHECK(node.desk->all().empty());
}

TEST_CASE("an inspector is told when nobody listens, and when it is no node that can be asked") {
  std::uint16_t port = 0;
  {
    inspected_node node;
    port = node.port;
  }
  inspector it{port};
  const auto absent = it.ask("what?");
  CHECK(absent.error == caf::sec::cannot_connect_to_node);
  CHECK(contains(absent.why(), "refused"));
  machine older;
  const auto links = older.system.spawn(closed_door, "there is no stream");
  inspector late{older.publish(links)};
  CHECK(contains(late.ask("what?").why(), "another version"));
  caf::anon_send_exit(links, caf::exit_reason::user_shutdown);
}

TEST_CASE("an inspector is told when its node is lost") {
  auto node = std::make_unique<inspected_node>();
  inspector it{node->port};
  CHECK(it.ask("first").answer == "first");
  node.reset();
  const auto lost = it.ask("second");
  CHECK(lost.error);
  CHECK(lost.error != caf::sec::request_timeout);
  CHECK_FALSE(lost.why().empty());
}

TEST_CASE("a question that is called off fails at once") {
  inspected_node node{[](const auto& text, const auto&) {
    std::this_thread::sleep_for(1s);
    return text;
  }};
  inspector it{node.port};
  const std::jthread impatient{[&] {
    wait_until([&] { return node.desk->there() == 1; });
    caf::anon_send(it.call, stop_atom::value);
  }};
  CHECK(contains(it.ask("what?").why(), "called off"));
}

TEST_CASE("a peer that inspects may not ask for the stream as well, nor the reverse") {
  inspected_node node;
  raw_peer inspecting{node.port};
  inspecting.say(question("what?"));
  wait_until([&] { return node.desk->there() == 1; });
  CHECK(node.desk->there() == 1);
  inspecting.say(caf::make_message(link_request{}, link_receiver_actor{}));
  CHECK(inspecting.is_ended_within(2s));
  raw_peer linking{node.port};
  linking.say(caf::make_message(link_request{}, link_receiver_actor{}));
  linking.say(question("what?"));
  CHECK(linking.is_ended_within(2s));
  CHECK(node.desk->all().size() == 1);
}

TEST_CASE("whatever a peer asks is handed to the desk, and what is no question does no harm") {
  const std::string nested(longest_inspection_question, '[');
  std::atomic<bool> is_asked = false;
  inspected_node node{[&](const auto& text, const auto&) {
    if (text == nested) is_asked = true;
    return text;
  }};
  inspector it{node.port};
  CHECK(it.ask("first").answer == "first");
  std::string noise;
  for (int i = 0; i < 4096; ++i) noise += static_cast<char>(i * 7919 % 251);
  {
    raw_peer odd{node.port};
    odd.say(question(nested));
    wait_until([&] { return is_asked.load(); });
    CHECK(is_asked);
    odd.say_bytes(noise);
    CHECK(odd.is_ended_within(5s));
  }
  {
    raw_peer verbose{node.port};
    verbose.say(question(std::string(1'000'000, 'x')));
    CHECK(verbose.is_ended_within(2s));
  }
  {
    raw_peer many_voiced{node.port};
    for (std::uint64_t i = 1; i < 1000; ++i) many_voiced.say(question("what?"), i, i);
    CHECK(many_voiced.is_ended_within(2s));
  }
  CHECK(it.ask("last").answer == "last");
  wait_until([&] { return node.desk->there() == 1; });
  CHECK(node.desk->there() == 1);
}

TEST_CASE("a peer that asks before it has its answer is sent away") {
  inspected_node node{[](const auto& text, const auto&) {
    std::this_thread::sleep_for(100ms);
    return text;
  }};
  raw_peer greedy{node.port};
  for (std::uint64_t i = 1; i < 100; ++i) greedy.say(question("what?"), i);
  CHECK(greedy.is_ended_within(1500ms));
  CHECK(node.desk->all().size() == 1);
  wait_until([&] { return node.desk->there() == 0; });
  CHECK(node.desk->there() == 0);
}

TEST_CASE("a peer that reads none of its answers is ended after the write timeout") {
  const std::string all(longest_inspection_part, 'x');
  std::atomic<int> answers = 0;
  inspected_node node{[&](const auto&, const auto&) {
                        ++answers;
                        return all;
                      },
                      {.is_insecure = true},
                      {},
                      {.unsent_bytes = std::size_t{64} * 1024 * 1024, .write_timeout = 300ms}};
  raw_peer deaf{node.port};
  int asked = 0;
  wait_until([&] {  // until the kernel takes no more for it
    deaf.beat();
    if (answers == asked && asked < 40) {
      std::this_thread::sleep_for(10ms);  // what was answered is to be on its way
      deaf.say(question("what?"), static_cast<std::uint64_t>(++asked));
    }
    return deaf.is_ended();
  });
  CHECK(deaf.is_ended());
  CHECK(asked == 40);
}

TEST_CASE("inspectors that are too many go, and links are taken in meanwhile") {
  inspected_node node;
  std::vector<std::unique_ptr<raw_peer>> inspecting;
  for (int i = 0; i < 20; ++i) {
    inspecting.push_back(std::make_unique<raw_peer>(node.port));
    inspecting.back()->say(question("what?"));
  }
  machine here;
  const auto door = here.connect<link_door_actor>(node.port, network::link_purpose::stream);
  caf::scoped_actor self{here.system};
  bool is_answered = false;
  self->request(door, patience, link_request{}, link_receiver_actor{})
      .receive([](const link_offer&, const link_sender_actor&) { FAIL("it gives none"); },
               [&](const caf::error& error) {
                 is_answered = error.context().match_elements<std::string>() &&
                               error.context().get_as<std::string>(0) == "there is no stream";
               });
  CHECK(is_answered);
  wait_until([&] {
    for (const auto& each : inspecting) each->beat();
    std::erase_if(inspecting, [](const auto& each) { return each->is_ended(); });
    return inspecting.size() <= network::inspection_door_state::most_inspectors;
  });
  CHECK(inspecting.size() == network::inspection_door_state::most_inspectors);
}
