#include "apps/node/inspection/node_desk.hpp"

#include <chrono>
#include <cstdint>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "actors/probe/journal.hpp"
#include "tests/integration/support/eventually.hpp"
#include "tests/unit/node/resting_node.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using nlohmann::json;
using test::eventually;

namespace {

const asker onlooker{.who = "it at 10.0.0.2", .why_not_steer = "it may only look"};

struct desk_stage {
  json ask(const json& question, const asker& inspector = onlooker) {
    return json::parse(desk.answer(question.dump(), inspector));
  }
  std::string refusal(const json& question, const asker& inspector = onlooker) {
    const auto answer = ask(question, inspector);
    return answer.contains("error") ? answer["error"].get<std::string>() : "";
  }
  [[nodiscard]] std::vector<probe::event> events() const {
    return probe::journal::shared().after(last_before);
  }

  std::uint64_t last_before = probe::journal::shared().last();
  test::resting_node node;
  node_desk desk{node.inspected};
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Begins a trace, and waits until it is over.
void have_trace(desk_stage& at) {
  REQUIRE(at.ask({{"ask", "trace"}, {"seconds", 0.001}}).contains("until_unix_s"));
  std::this_thread::sleep_for(5ms);
}

}  // namespace

TEST_CASE("whoever may only look is refused an order, and gets no word of it into the log") {
  desk_stage at;
  CHECK(at.refusal({{"do", "x\n\033[2J[error] all is lost"}}) == "it may only look");
  REQUIRE(at.events().size() == 1);
  CHECK(at.events()[0].subject == "something");
  CHECK(at.events()[0].text == "it at 10.0.0.2 was refused: something: it may only look");
  CHECK(at.refusal({{"do", 7}}) == "it may only look");
  CHECK(at.events().size() == 1);
}

TEST_CASE("a refused order is told by its name, once a minute for each asker and order") {
  desk_stage at;
  for (int i = 0; i < 1000; ++i) {
    CHECK(at.refusal({{"do", "restart"}, {"actor", "source"}}) == "it may only look");
    CHECK(at.refusal({{"do", std::to_string(i)}}) == "it may only look");
  }
  CHECK(at.refusal({{"do", "restart"}}, {.who = "another one"}).empty());
  REQUIRE(at.events().size() == 3);
  CHECK(at.events()[0].subject == "restart");
  CHECK(at.events()[1].subject == "something");
  CHECK(contains(at.events()[2].text, "another one was refused"));
}

TEST_CASE("whoever follows a frame does not keep the node from its end") {
  desk_stage at;
  at.node.take_in_client();
  auto refusal = std::async(std::launch::async, [&] { return at.refusal({{"ask", "frame"}}); });
  CHECK(eventually([&] { return at.node.probes().trace().until().has_value(); }, 2s));
  at.desk.hurry();
  CHECK(contains(refusal.get(), "the node ends"));
  CHECK(contains(at.refusal({{"ask", "frame"}}), "in a few seconds"));
}

TEST_CASE("a trace is fetched once, and no other takes its place before that") {
  desk_stage at;
  have_trace(at);
  CHECK(contains(at.refusal({{"ask", "trace"}}), "in a few seconds"));
  const auto answer = at.ask({{"ask", "trace_result"}});
  CHECK(answer["version"] == 1);
  CHECK(answer["trace"]["events"].is_array());
  CHECK(answer["trace"]["seconds"] > 0);
  CHECK(contains(at.refusal({{"ask", "trace_result"}}), "there is no recording"));
  have_trace(at);
}

TEST_CASE("a trace that is fetched when the node ends is not written any more") {
  desk_stage at;
  have_trace(at);
  at.node.probes().trace().note(probe::traced_turn{.at = {}});
  at.desk.hurry();
  CHECK(contains(at.refusal({{"ask", "trace_result"}}), "the node ends"));
}

TEST_CASE("only a frame, and what was recorded, are known to take long") {
  CHECK(node_desk::takes_long(R"({"ask":"frame"})"));
  CHECK(node_desk::takes_long(R"({"ask":"trace_result"})"));
  for (const auto* const quick : {R"({"ask":"snapshot"})", R"({"ask":"trace"})", R"({"ask":7})",
                                  R"({"do":"restart"})", "frame", ""})
    CHECK_FALSE(node_desk::takes_long(quick));
}
