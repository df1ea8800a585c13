#include "apps/inspect/control_channel.hpp"

#include <atomic>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "protocol/failure.hpp"
#include "tests/unit/inspect/support/fake_node.hpp"
#include "tests/unit/listen/scratch_directory.hpp"

using namespace troupe;
using namespace troupe::inspecting;
using namespace troupe::inspecting::test;
using namespace std::chrono_literals;
using listening::test::scratch_directory;
using nlohmann::json;

namespace {

struct stage {
  scratch_directory directory;
  std::string socket = directory.file("a.sock");
  control_channel channel{socket};

  failure refusal(std::chrono::milliseconds patience = 5s) {
    try {
      static_cast<void>(channel.ask({{"ask", "snapshot"}}, patience));
    } catch (const failure& refused) {
      return refused;
    }
    FAIL("it was answered");
    return {failure_kind::bad_value, ""};
  }
};

bool says(const failure& refused, std::string_view text) {
  return std::string_view{refused.what()}.find(text) != std::string_view::npos;
}

std::optional<std::string> echo(const json& question) {
  return json{{"version", 1}, {"asked", question}}.dump();
}

}  // namespace

TEST_CASE("questions are answered over one connection, each by its own answer") {
  stage at;
  const fake_node node{at.socket, echo};
  for (int i = 0; i < 3; ++i) CHECK(at.channel.ask({{"ask", i}})["asked"]["ask"] == i);
  CHECK(node.questions().size() == 3);
}

TEST_CASE("an answer may be longer than what comes at once") {
  stage at;
  const fake_node node{at.socket, [](const json&) -> std::optional<std::string> {
                         return json{{"long", std::string(3'000'000, 'x')}}.dump();
                       }};
  CHECK(at.channel.ask({{"ask", "trace_result"}})["long"].get<std::string>().size() == 3'000'000);
}

TEST_CASE("what a node refuses is told in its own words, and the next question is answered") {
  stage at;
  const fake_node node{at.socket, [](const json& question) -> std::optional<std::string> {
                         if (question.contains("do")) return R"({"error": "there is no actor x"})";
                         return R"({"version": 1})";
                       }};
  try {
    static_cast<void>(at.channel.ask({{"do", "restart"}, {"actor", "x"}}));
    FAIL("it was not refused");
  } catch (const failure& refused) {
    CHECK(refused.kind() == failure_kind::bad_value);
    CHECK(says(refused, "there is no actor x"));
    CHECK(says(refused, at.socket));
  }
  CHECK(at.channel.ask({{"ask", "snapshot"}})["version"] == 1);
}

TEST_CASE("what a node says in a refusal cannot act on the terminal") {
  stage at;
  const fake_node node{at.socket, [](const json&) -> std::optional<std::string> {
                         return R"({"error": "no \u001b[2J\u009b such\nactor"})";
                       }};
  CHECK(says(at.refusal(), "no ?[2J? such?actor"));
}

TEST_CASE("a node that is not there is told, and how to start one") {
  stage at;
  const auto refused = at.refusal();
  CHECK(refused.kind() == failure_kind::no_node);
  CHECK(says(refused, "there is no such socket"));
  CHECK(says(refused, "troupe-node --socket " + at.socket));
}

TEST_CASE("a socket without a control socket beside it is told from one that is not there") {
  stage at;
  std::ofstream{at.socket} << "";
  CHECK(says(at.refusal(), "no control socket beside it"));
}

TEST_CASE("a control socket is asked wherever it is, where it is named as one") {
  const scratch_directory directory;
  const fake_node node{directory.file("a"), echo};
  const auto path = directory.file("a.control");
  control_channel channel{control_target{path}};
  CHECK(channel.name() == "control:" + path);
  CHECK(channel.ask({{"ask", "snapshot"}})["asked"]["ask"] == "snapshot");
}

TEST_CASE("a control socket that is named as a node's is not asked, but told how to be named") {
  const scratch_directory directory;
  const fake_node node{directory.file("a"), echo};
  const auto path = directory.file("a.control");
  control_channel channel{path};
  try {
    static_cast<void>(channel.ask({{"ask", "snapshot"}}));
    FAIL("it was answered");
  } catch (const failure& refused) {
    CHECK(refused.kind() == failure_kind::no_node);
    CHECK(says(refused, "control:" + path));
    CHECK(says(refused, "--control off"));
  }
  CHECK(node.questions().empty());
}

TEST_CASE("a control socket that is not there is told, and how to start a node with it") {
  const scratch_directory directory;
  control_channel channel{control_target{directory.file("ctl")}};
  try {
    static_cast<void>(channel.ask({{"ask", "snapshot"}}));
    FAIL("it was answered");
  } catch (const failure& refused) {
    CHECK(refused.kind() == failure_kind::no_node);
    CHECK(says(refused, "troupe-node --control " + directory.file("ctl")));
  }
}

TEST_CASE("a control socket that is left over is told from one that is served") {
  stage at;
  { const fake_node node{at.socket, echo}; }
  CHECK(says(at.refusal(), "left over"));
}

TEST_CASE("a node that comes after all, or comes back, is reached by the same channel") {
  stage at;
  CHECK(at.refusal().kind() == failure_kind::no_node);
  for (int i = 0; i < 2; ++i) {
    {
      const fake_node node{at.socket, echo};
      CHECK(at.channel.ask({{"ask", "snapshot"}}).contains("asked"));
    }
    CHECK(at.refusal().kind() == failure_kind::no_node);
  }
}

TEST_CASE("a node that hangs up instead of answering is told") {
  stage at;
  const fake_node node{at.socket, [](const json&) { return std::nullopt; }};
  const auto refused = at.refusal();
  CHECK(refused.kind() == failure_kind::no_node);
  CHECK(says(refused, "hung up"));
}

TEST_CASE("a node that hangs is given up, and its late answer is not taken for the next one") {
  stage at;
  std::atomic<int> questions = 0;
  const fake_node node{at.socket, [&](const json& question) -> std::optional<std::string> {
                         if (++questions > 1) return echo(question);
                         std::this_thread::sleep_for(200ms);
                         return R"({"late": true})";
                       }};
  const auto refused = at.refusal(50ms);
  CHECK(refused.kind() == failure_kind::no_node);
  CHECK(says(refused, "did not answer in time"));
  CHECK_FALSE(at.channel.ask({{"ask", "snapshot"}}).contains("late"));
}

TEST_CASE("what is no JSON object is no answer of a node") {
  for (const auto* const line : {"hello", "[1]", "{\"version\":", "7"}) {
    stage at;
    const fake_node node{at.socket, [&](const json&) { return std::optional<std::string>{line}; }};
    const auto refused = at.refusal();
    CHECK(refused.kind() == failure_kind::unknown_format);
    CHECK(says(refused, "no JSON object"));
  }
}

TEST_CASE("an answer without an end is given up where it gets too long") {
  stage at;
  const fake_node node{at.socket, [](const json&) -> std::optional<std::string> {
                         return std::string(control_channel::longest_answer + 1, ' ');
                       }};
  const auto refused = at.refusal(60s);
  CHECK(refused.kind() == failure_kind::unknown_format);
  CHECK(says(refused, "64 MiB"));
}

TEST_CASE("a question can be called off by another thread, and then all are") {
  stage at;
  const fake_node node{at.socket, [](const json&) { return std::optional<std::string>{""}; }};
  std::thread other{[&] {
    while (node.questions().empty()) std::this_thread::sleep_for(1ms);
    at.channel.interrupt();
  }};
  CHECK(says(at.refusal(60s), "called off"));
  CHECK(says(at.refusal(60s), "called off"));
  other.join();
}

TEST_CASE("no socket can have a path that is too long") {
  try {
    const control_channel channel{"/" + std::string(120, 'x')};
    FAIL("it was not refused");
  } catch (const failure& refused) {
    CHECK(refused.kind() == failure_kind::bad_value);
  }
}
