#include "apps/inspect/terminal/answer_notice.hpp"

#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace troupe::inspecting;
using namespace troupe::inspecting::terminal;
using nlohmann::json;

namespace {

styled_text notice_after(json answer) {
  asked_question asked{.node = socket_target{"/run/a.sock"}};
  asked.answer = std::move(answer);
  return notice_of(asked);
}

}  // namespace

TEST_CASE("what a node did is told in its words, of which none steers the terminal") {
  const auto notice = notice_after(json{{"version", 1}, {"done", "source is\x1b restarted"}});
  CHECK(notice.text == "source is? restarted");
  CHECK(notice.look == style::good);
}

TEST_CASE("why a node did nothing is told as an alarm") {
  const auto notice = notice_of({.node = socket_target{"/run/a.sock"}, .refusal = "there is none"});
  CHECK(notice.text == "there is none");
  CHECK(notice.look == style::alarm);
}

TEST_CASE("an answer that does not say what was done ends nothing, whatever it is") {
  const std::vector<std::string> answers{R"({"version": 1})",  R"({"done": 7})",
                                         R"({"done": null})",  R"({"done": true})",
                                         R"({"done": ["x"]})", R"({"done": {"a": 1}})",
                                         R"(["done"])",        "null",
                                         R"("done")",          "7"};
  for (const auto& answer : answers) {
    CAPTURE(answer);
    const auto notice = notice_after(json::parse(answer));
    CHECK(notice.text ==
          "the node at /run/a.sock does not say what it did; is it of another version?");
    CHECK(notice.look == style::alarm);
  }
}
