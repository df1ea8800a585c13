#include "apps/inspect/terminal/actor_inquiry.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "apps/inspect/terminal/view.hpp"
#include "tests/unit/inspect/terminal/small_node.hpp"

using namespace troupe::inspecting;
using namespace troupe::inspecting::terminal;
using namespace troupe::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

constexpr std::size_t kitchen = 0;
constexpr std::size_t hall = 1;

/// Two nodes whose actors are opened; the clock is the test's.
struct stage {
  scene shown = scene_of_two();
  view_state state;
  actor_inquiry inquiry;
  troupe::steady_time now{1h};

  void open(std::size_t node, const std::string& actor) {
    show_node(state, shown, node);
    state.opened_actor = actor;
  }
  std::optional<std::string> next_question() { return inquiry.next_question(state, shown, now); }
  bool take(std::size_t node, const std::string& question, json answer) {
    asked_question asked{.node = shown.nodes[node].view->node, .question = question};
    asked.answer = std::move(answer);
    return inquiry.take(asked, shown, now);
  }
  /// Asks about "source", which has had so many turns.
  void ask(std::size_t node, std::uint64_t turns) {
    const auto question = next_question();
    REQUIRE(question.has_value());
    CHECK(take(node, *question, source_after(turns)));
  }
  [[nodiscard]] static json source_after(std::uint64_t turns) {
    return {{"version", 1}, {"actor", {{"name", "source"}, {"turns", turns}}}};
  }
};

}  // namespace

TEST_CASE("the opened actor is asked about, one question after the other, each second") {
  stage on;
  CHECK_FALSE(on.next_question().has_value());
  on.open(kitchen, "source");
  const auto question = on.next_question();
  REQUIRE(question.has_value());
  CHECK(json::parse(*question) == json{{"ask", "actor"}, {"name", "source"}});
  on.now += 5s;
  CHECK_FALSE(on.next_question().has_value());
  CHECK(on.take(kitchen, *question, stage::source_after(100)));
  REQUIRE(on.shown.opened_actor.has_value());
  CHECK(on.shown.opened_actor->facts.turns == 100);
  CHECK_FALSE(on.shown.opened_actor->lately.has_value());
  CHECK_FALSE(on.next_question().has_value());
  on.now += 1s;
  on.ask(kitchen, 150);
  REQUIRE(on.shown.opened_actor.has_value());
  REQUIRE(on.shown.opened_actor->lately.has_value());
  CHECK(on.shown.opened_actor->lately->turns_per_second == doctest::Approx(50));
}

TEST_CASE("what a node answered is neither shown nor counted for another node's actor") {
  stage on;
  on.open(kitchen, "source");
  on.ask(kitchen, 1000);
  on.open(hall, "source");
  on.now += 1s;
  const auto question = on.next_question();
  REQUIRE(question.has_value());
  CHECK_FALSE(on.shown.opened_actor.has_value());
  CHECK(on.take(hall, *question, stage::source_after(5000)));
  REQUIRE(on.shown.opened_actor.has_value());
  CHECK(on.shown.opened_actor->node == on.shown.nodes[hall].target_text());
  CHECK_FALSE(on.shown.opened_actor->lately.has_value());
}

TEST_CASE("an answer that comes when another node is shown is dropped, and that node is asked") {
  stage on;
  on.open(kitchen, "source");
  const auto question = on.next_question();
  REQUIRE(question.has_value());
  on.open(hall, "source");
  CHECK_FALSE(on.next_question().has_value());
  CHECK(on.take(kitchen, *question, stage::source_after(1000)));
  CHECK_FALSE(on.shown.opened_actor.has_value());
  on.ask(hall, 10);
  REQUIRE(on.shown.opened_actor.has_value());
  CHECK(on.shown.opened_actor->facts.turns == 10);
}

TEST_CASE("answers to what was not asked about the opened actor are left to others") {
  stage on;
  on.open(kitchen, "source");
  const auto question = on.next_question();
  REQUIRE(question.has_value());
  CHECK_FALSE(on.take(kitchen, R"({"do":"restart","actor":"source"})", json{{"done", "yes"}}));
  CHECK_FALSE(on.take(hall, *question, stage::source_after(1)));
  CHECK_FALSE(on.shown.opened_actor.has_value());
}

TEST_CASE(
    "an actor about which there is no answer that can be read is asked about a second later") {
  stage on;
  on.open(kitchen, "source");
  const auto question = on.next_question();
  REQUIRE(question.has_value());
  CHECK(on.take(kitchen, *question, json{{"version", 1}, {"actor", 7}}));
  CHECK_FALSE(on.shown.opened_actor.has_value());
  CHECK_FALSE(on.next_question().has_value());
  on.now += 1s;
  CHECK(on.next_question().has_value());
}

TEST_CASE("while the display is held, nothing is asked, and what was answered stays") {
  stage on;
  on.open(kitchen, "source");
  on.ask(kitchen, 100);
  on.state.is_paused = true;
  on.state.opened_actor.reset();
  on.now += 1s;
  CHECK_FALSE(on.next_question().has_value());
  CHECK(on.shown.opened_actor.has_value());
  on.state.is_paused = false;
  CHECK_FALSE(on.next_question().has_value());
  CHECK_FALSE(on.shown.opened_actor.has_value());
}
