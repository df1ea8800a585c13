#include "apps/inspect/terminal/question_queue.hpp"

#include <memory>
#include <vector>

#include <doctest/doctest.h>
#include <poll.h>

#include "protocol/failure.hpp"

using namespace troupe::inspecting;
using namespace troupe::inspecting::terminal;

TEST_CASE("where no channel can be made the question is refused, and the queue ends as ever") {
  const channel_maker none = [](const target&) -> std::unique_ptr<node_channel> {
    throw troupe::failure{troupe::failure_kind::bad_value, "there can be no channel"};
  };
  const node_watches watches{std::vector<target>{}, none, false};
  question_queue queue{watches};
  queue.ask(socket_target{"/run/a.sock"}, R"({"ask":"snapshot"})");
  pollfd answer{.fd = queue.answer_descriptor(), .events = POLLIN, .revents = 0};
  REQUIRE(::poll(&answer, 1, 20'000) == 1);
  const auto answers = queue.take_answers();
  REQUIRE(answers.size() == 1);
  CHECK_FALSE(answers[0].answer.has_value());
  CHECK(answers[0].refusal == "there can be no channel");
}
