#include "actors/network/inspection_door.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include <caf/all.hpp>
#include <doctest/doctest.h>

#include "actors/runtime/actor_system.hpp"
#include "tests/actors/support/noting_desk.hpp"
#include "tests/actors/support/wait_until.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using network::inspection_door_state;
using network::known_peer;
using network::remote_inspection;
using test::noting_desk;
using test::wait_until;

namespace {

const known_peer with_certificate{.address = {"10.0.0.2", 1}, .certificate = "studio"};
const known_peer without_certificate{.address = {"10.0.0.2", 1}, .certificate = {}};

/// What is said to an inspector.
struct heard {
  inspection_answer answer;
  std::string refusal;
};

/// A door on the reactor's threads. Its peers are actors of the test, all at one node.
struct guarded_node {
  explicit guarded_node(network::inspection_door_settings settings = {},
                        const known_peer& peer = with_certificate,
                        noting_desk::answering answers = {})
      : desk(std::make_unique<noting_desk>(std::move(answers))) {
    settings.desk = desk.get();
    settings.peer_at = [peer](const caf::node_id&) { return peer; };
    settings.send_away = [this](std::int64_t, const std::string& reason) {
      const std::lock_guard lock{mutex};
      sent_away.push_back(reason);
    };
    settings.hang_up = [this](std::int64_t) { ++hung_up; };
    door = system.spawn(network::inspection_door, settings);
  }
  guarded_node(const guarded_node&) = delete;
  guarded_node& operator=(const guarded_node&) = delete;
  ~guarded_node() { caf::anon_send_exit(door, caf::exit_reason::user_shutdown); }

  template <class Words>
  heard say(caf::scoped_actor& inspector, const Words& words) {
    heard result;
    inspector->request(door, 5s, words)
        .receive([&](const inspection_answer& part) { result.answer = part; },
                 [&](const caf::error& error) {
                   REQUIRE(error.context().match_elements<std::string>());
                   result.refusal = error.context().get_as<std::string>(0);
                 });
    return result;
  }
  heard ask(caf::scoped_actor& inspector, const std::string& text) {
    return say(inspector, inspection_question{.asker = "it", .text = text});
  }
  [[nodiscard]] std::vector<std::string> all_sent_away() const {
    const std::lock_guard lock{mutex};
    return sent_away;
  }

  explicit guarded_node(noting_desk::answering answers)
      : guarded_node({}, with_certificate, std::move(answers)) {}

  std::unique_ptr<noting_desk> desk;
  mutable std::mutex mutex;
  std::vector<std::string> sent_away;
  std::atomic<int> hung_up = 0;
  runtime::node_system_config config;
  caf::actor_system system{config};
  inspection_door_actor door;
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("an inspector with a certificate is answered, and the desk is told who asks") {
  guarded_node node;
  caf::scoped_actor inspector{node.system};
  CHECK(node.ask(inspector, "what?").answer.part == "what?");
  REQUIRE(node.desk->all().size() == 1);
  CHECK(node.desk->all().front().who == "it at 10.0.0.2 with the certificate of studio");
}

TEST_CASE("without TLS nobody is answered, unless the node is insecure, both say what to do") {
  guarded_node careful{{}, without_certificate};
  caf::scoped_actor refused{careful.system};
  CHECK(contains(careful.ask(refused, "what?").refusal, "--insecure"));
  CHECK(careful.desk->all().empty());
  guarded_node open{{.is_insecure = true}, without_certificate};
  caf::scoped_actor welcome{open.system};
  CHECK(open.ask(welcome, "what?").answer.part == "what?");
}

TEST_CASE("a node whose inspection is off answers nobody") {
  guarded_node node{{.allowed = remote_inspection::off, .is_insecure = true}};
  caf::scoped_actor inspector{node.system};
  CHECK(contains(node.ask(inspector, "what?").refusal, "--remote-inspection off"));
}

TEST_CASE("only who shows a certificate may steer, and only where steering is allowed") {
  const auto asker_of = [](remote_inspection allowed, const known_peer& peer) {
    guarded_node node{{.allowed = allowed, .is_insecure = true}, peer};
    caf::scoped_actor inspector{node.system};
    static_cast<void>(node.ask(inspector, "what?"));
    REQUIRE(node.desk->all().size() == 1);
    return node.desk->all().front();
  };
  CHECK(asker_of(remote_inspection::steer, with_certificate).may_steer);
  const auto looks = asker_of(remote_inspection::look, with_certificate);
  CHECK_FALSE(looks.may_steer);
  CHECK(contains(looks.why_not_steer, "--remote-inspection steer"));
  const auto is_unknown = asker_of(remote_inspection::steer, without_certificate);
  CHECK_FALSE(is_unknown.may_steer);
  CHECK(contains(is_unknown.why_not_steer, "--tls-cert"));
}

TEST_CASE("a ninth inspector is refused until one of the eight has gone") {
  guarded_node node;
  std::vector<std::unique_ptr<caf::scoped_actor>> inspectors;
  for (std::size_t i = 0; i < inspection_door_state::most_inspectors; ++i) {
    inspectors.push_back(std::make_unique<caf::scoped_actor>(node.system));
    CHECK(node.ask(*inspectors.back(), "what?").refusal.empty());
  }
  caf::scoped_actor ninth{node.system};
  CHECK(contains(node.ask(ninth, "what?").refusal, "8 inspectors"));
  CHECK(node.all_sent_away().empty());
  inspectors.pop_back();
  wait_until([&] { return node.desk->there() == inspection_door_state::most_inspectors - 1; });
  caf::scoped_actor next{node.system};
  CHECK(node.ask(next, "what?").refusal.empty());
}

TEST_CASE("whoever was refused is sent away if it asks on, or does not go") {
  guarded_node node{{.allowed = remote_inspection::off}};
  caf::scoped_actor inspector{node.system};
  static_cast<void>(node.ask(inspector, "what?"));
  CHECK(node.all_sent_away().empty());
  static_cast<void>(node.ask(inspector, "what?"));
  CHECK(node.all_sent_away().size() == 1);
  wait_until([&] { return node.all_sent_away().size() == 2; });
  CHECK(node.all_sent_away().size() == 2);
}

TEST_CASE("an inspector that ends is forgotten, and its connection ended with the last of it") {
  guarded_node node;
  auto other = std::make_unique<caf::scoped_actor>(node.system);
  static_cast<void>(node.ask(*other, "what?"));
  {
    caf::scoped_actor inspector{node.system};
    static_cast<void>(node.ask(inspector, "what?"));
    CHECK(node.desk->there() == 2);
  }
  wait_until([&] { return node.desk->there() == 1; });
  CHECK(node.desk->there() == 1);
  CHECK(node.hung_up == 0);
  other.reset();
  wait_until([&] { return node.hung_up == 1; });
  CHECK(node.hung_up == 1);
}

TEST_CASE("a long answer is taken in parts, and none is held once it has been taken") {
  const std::string all(longest_inspection_part * 2 + 7, 'x');
  guarded_node node{[&](const auto&, const auto&) { return all; }};
  caf::scoped_actor inspector{node.system};
  auto part = node.ask(inspector, "what?").answer;
  CHECK(part.size == all.size());
  CHECK(part.part.size() == longest_inspection_part);
  auto taken = part.part;
  while (taken.size() < all.size()) {
    part = node.say(inspector, inspection_continuation{taken.size()}).answer;
    REQUIRE_FALSE(part.part.empty());
    taken += part.part;
  }
  CHECK(taken == all);
  CHECK(contains(node.say(inspector, inspection_continuation{0}).refusal, "ask again"));
}

TEST_CASE("whoever asks before it has its answer is sent away") {
  std::promise<void> may_answer;
  guarded_node node{[may = may_answer.get_future().share()](const auto& question, const auto&) {
    may.wait();
    return question;
  }};
  caf::scoped_actor inspector{node.system};
  auto first = inspector->request(node.door, 5s, inspection_question{.text = "first"});
  CHECK(contains(node.ask(inspector, "second").refusal, "before it had its answer"));
  CHECK(node.all_sent_away().size() == 1);
  may_answer.set_value();
  first.receive([](const inspection_answer& answer) { CHECK(answer.part == "first"); },
                [](const caf::error&) { FAIL("it had an answer coming"); });
}

TEST_CASE("one whose answer takes its time keeps no other waiting") {
  std::promise<void> may_answer;
  guarded_node node{[may = may_answer.get_future().share()](const auto& question, const auto&) {
    if (question == "slow") may.wait();
    return question;
  }};
  caf::scoped_actor patient{node.system};
  auto slow = patient->request(node.door, 5s, inspection_question{.text = "slow"});
  caf::scoped_actor other{node.system};
  CHECK(node.ask(other, "quick").answer.part == "quick");
  may_answer.set_value();
  slow.receive([](const inspection_answer& answer) { CHECK(answer.part == "slow"); },
               [](const caf::error&) { FAIL("it had an answer coming"); });
}

TEST_CASE("an inspector that does not take its answer is sent away") {
  guarded_node node{{.write_timeout = 1ms}, with_certificate, [](const auto&, const auto&) {
                      return std::string(longest_inspection_part + 1, 'x');
                    }};
  caf::scoped_actor inspector{node.system};
  static_cast<void>(node.ask(inspector, "what?"));
  wait_until([&] { return !node.all_sent_away().empty(); });
  REQUIRE_FALSE(node.all_sent_away().empty());
  CHECK(contains(node.all_sent_away().front(), "does not take"));
}

TEST_CASE("a question that is too long is refused, and the next one answered") {
  guarded_node node;
  caf::scoped_actor inspector{node.system};
  const std::string longest(longest_inspection_question, 'x');
  CHECK(contains(node.ask(inspector, longest + 'x').refusal, "8192 bytes at most"));
  CHECK(node.ask(inspector, longest).answer.part == longest);
}

TEST_CASE("a desk that fails is told of, and asked again") {
  guarded_node node{[](const auto& question, const auto&) {
    if (question == "hard") throw std::runtime_error{"too hard"};
    return question;
  }};
  caf::scoped_actor inspector{node.system};
  CHECK(contains(node.ask(inspector, "hard").refusal, "too hard"));
  CHECK(node.ask(inspector, "easy").answer.part == "easy");
}
