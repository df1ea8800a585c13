#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apps/common/order_line.hpp"
#include "protocol/descriptor.hpp"
#include "tests/integration/support/eventually.hpp"
#include "tests/integration/support/running_node.hpp"
#include "tests/unit/support/connect_to.hpp"

using namespace troupe::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

constexpr int nobody = 65534;

class inspector {
 public:
  explicit inspector(const running_node& node) : line_(node.socket() + ".control") {}

  json ask(const std::string& question) { return json::parse(line_.order(question)); }
  json snapshot() { return ask(R"({"ask":"snapshot"})"); }
  json actor(const std::string& name) {
    return ask(json{{"ask", "actor"}, {"name", name}}.dump())["actor"];
  }

 private:
  troupe::order_line line_;
};

json named(const json& actors, const std::string& name) {
  const auto found = std::find_if(actors.begin(), actors.end(),
                                  [&](const auto& each) { return each["name"] == name; });
  return found == actors.end() ? json{} : *found;
}

/// What came of asking as another user of the machine: 0 when it was answered.
template <class Ask>
int as_nobody(Ask&& ask) {
  const auto child = ::fork();
  if (child == 0) {
    if (::setgid(nobody) != 0 || ::setuid(nobody) != 0) ::_exit(99);
    ::_exit(ask());
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("a snapshot has all actors of the tree, whose counts are those of the frames") {
  running_node node{{"--source", "tone:440"}};
  auto client = node.client();
  for (int i = 0; i < 60; ++i) client.read_until(wire_type::opus_frame);
  inspector one{node};
  // A client's account is told once a second.
  REQUIRE(eventually([&] { return one.snapshot()["frames"]["delivered"] >= 60; }, 5s));
  const auto told = one.snapshot();
  CHECK(told["version"] == 1);
  CHECK(told["node"]["socket"] == node.socket());
  CHECK(told["node"]["may_steer"] == true);
  CHECK(told["node"]["is_probed"] == true);
  CHECK(told["node"]["inspectors"] == 1);
  const std::vector<std::string> expected{
      "supervisor",      "latency_monitor", "frame_processor", "connection_supervisor",
      "client_registry", "acceptor",        "source",          "adaptive_optimiser",
      "connection",      "connection:1"};
  for (const auto& name : expected) {
    CAPTURE(name);
    const auto actor = named(told["actors"], name);
    REQUIRE_FALSE(actor.is_null());
    CHECK(actor["state"] == "up");
    CHECK(actor["turns"] > 0);
  }
  CHECK(named(told["actors"], "connection")["running"] == 1);
  CHECK_FALSE(named(told["actors"], "connection:1").contains("handlers"));
  CHECK(one.actor("connection:1")["handlers"].size() >= 2);
  CHECK(told["clients"].size() == 1);
  CHECK(told["clients"][0]["client"] == 1);
  const auto flow_to_processor = std::find_if(
      told["flows"].begin(), told["flows"].end(),
      [](const auto& flow) { return flow["from"] == "source" && flow["message"] == "frame"; });
  REQUIRE(flow_to_processor != told["flows"].end());
  CHECK((*flow_to_processor)["count"] >= 60);
}

TEST_CASE("events are told from the first on, and each once to whoever says what it has") {
  running_node node{{"--source", "tone:440"}};
  inspector one{node};
  const auto first = one.ask(R"({"ask":"events","after":0})");
  REQUIRE_FALSE(first["events"].empty());
  CHECK(first["events"][0]["number"] == 1);
  auto client = node.client();
  const auto ask_again = json{{"ask", "events"}, {"after", first["last"]}}.dump();
  REQUIRE(eventually([&] { return !one.ask(ask_again)["events"].empty(); }, 5s));
  const auto news = one.ask(ask_again)["events"];
  CHECK(news[0]["kind"] == "client");
  CHECK(news[0]["subject"] == "client 1");
}

TEST_CASE(
    "whoever may steer has actors restarted, clients closed and the codec set, and is named") {
  running_node node{{"--source", "tone:440", "--adapt", "on"}};
  auto client = node.client();
  client.read_until(wire_type::opus_frame);
  inspector one{node};
  CHECK(one.ask(R"({"do":"restart","actor":"source"})").contains("done"));
  CHECK(eventually([&] { return one.actor("source")["restarts"] == 1; }, 5s));
  CHECK(one.ask(R"({"do":"set","bitrate_bps":48000,"complexity":1})").contains("done"));
  CHECK(one.snapshot()["stream"]["asked_for"]["bitrate_bps"] == 48000);
  CHECK(one.ask(R"({"do":"adaptation","paused":true})").contains("done"));
  CHECK(one.snapshot()["stream"]["is_paused"] == true);
  CHECK(one.ask(R"({"do":"log_level","level":"debug"})").contains("done"));
  CHECK(one.snapshot()["node"]["log_level"] == "debug");
  CHECK(one.ask(R"({"do":"close","client":1})").contains("done"));
  CHECK(eventually([&] { return one.snapshot()["clients"].empty(); }, 5s));
  node.process().wait_for_errors("client 1 is closed (asked for by pid ");
  const auto account = node.stop();
  CHECK(account["clients"][0]["reason"].get<std::string>().starts_with("it was closed"));
}

TEST_CASE("what cannot be done is refused with the reason, and changes nothing") {
  running_node node{{"--source", "tone:440"}};
  inspector one{node};
  const std::vector<std::pair<std::string, std::string>> refusals{
      {"x", "no JSON"},
      {"[]", "a question is a JSON object"},
      {R"({"ask":[[[[[[[[[1]]]]]]]]]})", "nested too deeply"},
      {R"({"ask":"weather"})", "nobody knows an answer"},
      {R"({"ask":7})", "cannot be 7"},
      {R"({"ask":"actor","name":"nobody"})", "there is no actor"},
      {R"({"ask":"trace","seconds":1e9})", "a trace lasts up to"},
      {R"({"ask":"trace_result"})", "there is no recording"},
      {R"({"ask":"frame"})", "nobody listens"},
      {R"({"do":"dance"})", "nobody knows how"},
      {R"({"do":"restart","actor":"nobody"})", "there are latency_monitor"},
      {R"({"do":"restart","actor":"connection:1"})", "close its client"},
      {R"({"do":"restart"})", "lacks \"actor\""},
      {R"({"do":"close","client":99})", "client 99 is not connected"},
      {R"({"do":"close","client":"one"})", "and not a client's number"},
      {R"({"do":"set"})", "says nothing to set"},
      {R"({"do":"set","bitrate_bps":1})", "bitrate"},
      {R"({"do":"set","bitrate_bps":1e30})", "not a whole number"},
      {R"({"do":"set","colour":"red"})", "no option \"colour\""},
      {R"({"do":"adaptation","paused":true})", "--adapt off"},
      {R"({"do":"log_level","level":"loud"})", "no level of the log"},
      {R"({"do":"fault","order":"kill source"})", "--allow-faults"},
  };
  for (const auto& [question, why] : refusals) {
    CAPTURE(question);
    const auto answer = one.ask(question);
    CHECK(answer["version"] == 1);
    REQUIRE(answer.contains("error"));
    CHECK(answer["error"].get<std::string>().find(why) != std::string::npos);
  }
  CHECK(one.snapshot()["stream"]["asked_for"]["bitrate_bps"] == 96000);
  CHECK(node.stop()["restarts"] == 0);
}

TEST_CASE("a line that never ends is not waited for") {
  const running_node node{{"--source", "tone:440"}};
  const auto socket = connect_to(node.socket() + ".control");
  const std::string endless(20'000, 'x');
  ::send(socket.get(), endless.data(), endless.size(), MSG_NOSIGNAL);
  std::string answer(1000, '\0');
  const auto size = ::recv(socket.get(), answer.data(), answer.size(), 0);
  REQUIRE(size > 0);
  CHECK(answer.find("longer than 8 KiB") != std::string::npos);
}

TEST_CASE("other users of the machine are kept out, by the socket's mode and by name") {
  if (::geteuid() != 0) {
    MESSAGE("skipped: only root can be another user");
    return;
  }
  const running_node node{{"--source", "tone:440"}};
  const std::filesystem::path control = node.socket() + ".control";
  CHECK((std::filesystem::status(control).permissions() & std::filesystem::perms::all) ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  // Whatever the directory allows.
  std::filesystem::permissions(control.parent_path(), std::filesystem::perms::others_all,
                               std::filesystem::perm_options::add);
  const auto answer_to_nobody = [&] {
    try {
      const auto answer = troupe::order_line{control}.order(R"({"ask":"snapshot"})");
      if (answer.find("only uid 0 and root") != std::string::npos) return 2;
      return answer.find("actors") == std::string::npos ? 3 : 0;
    } catch (const std::exception&) {
      return 1;
    }
  };
  CHECK(as_nobody(answer_to_nobody) == 1);
  std::filesystem::permissions(control, std::filesystem::perms::all);
  CHECK(as_nobody(answer_to_nobody) == 2);
}

TEST_CASE(
    "a thousand idle inspectors and some that do not read keep nobody out, and hurt no client") {
  running_node node{{"--source", "tone:440"}};
  child_process listener{TROUPE_LISTEN, {node.socket(), "--json"}};
  node.process().wait_for_errors("client 1 came");
  std::vector<troupe::descriptor> idle;
  for (int i = 0; i < 1000; ++i) idle.push_back(connect_to(node.socket() + ".control"));
  std::vector<troupe::descriptor> deaf;
  for (int i = 0; i < 5; ++i) {
    deaf.push_back(connect_to(node.socket() + ".control"));
    std::string questions;
    for (int each = 0; each < 200; ++each) questions += "{\"ask\":\"snapshot\"}\n";
    ::send(deaf.back().get(), questions.data(), questions.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  }
  inspector one{node};
  for (int i = 0; i < 20; ++i) CHECK(one.snapshot()["node"]["inspectors"] <= 64);
  listener.send_signal(SIGTERM);
  CHECK(listener.wait() == exited(0));
  const auto heard = listener.last_json_line();
  CHECK(heard["missing_frames"] == 0);
  CHECK(node.stop()["restarts"] == 0);
}

TEST_CASE("the way of a frame is told, from its capture to its client") {
  running_node node{{"--source", "tone:440"}};
  child_process listener{TROUPE_LISTEN, {node.socket(), "--json"}};
  node.process().wait_for_errors("client 1 came");
  inspector one{node};
  const auto answer = one.ask(R"({"ask":"frame"})");
  REQUIRE(answer.contains("frame"));
  std::vector<std::string> way;
  double before = 0;
  for (const auto& step : answer["frame"]["steps"]) {
    way.push_back(step["step"]);
    CHECK(step["at_us"] >= before);
    before = step["at_us"];
  }
  CHECK(way == std::vector<std::string>{"captured", "encoded", "processed", "queued", "written"});
  listener.send_signal(SIGTERM);
  CHECK(listener.wait() == exited(0));
}

TEST_CASE("whoever follows a frame keeps no other inspector waiting") {
  running_node node{{"--source", "tone:440"}};
  auto client = node.client();
  client.read_until(wire_type::opus_frame);
  const auto patient = connect_to(node.socket() + ".control");
  const std::string question = "{\"ask\":\"frame\"}\n";
  ::send(patient.get(), question.data(), question.size(), MSG_NOSIGNAL);
  std::this_thread::sleep_for(20ms);
  inspector one{node};
  CHECK(one.snapshot()["node"]["inspectors"] == 2);
  // A frame is followed for 300 ms at least.
  char any = 0;
  CHECK(::recv(patient.get(), &any, 1, MSG_DONTWAIT | MSG_PEEK) < 0);
  CHECK(::recv(patient.get(), &any, 1, MSG_PEEK) == 1);
}

TEST_CASE("without a probe a node tells all but what its actors do, and says so") {
  running_node node{{"--source", "tone:440", "--probe", "off"}};
  inspector one{node};
  const auto told = one.snapshot();
  CHECK(told["node"]["is_probed"] == false);
  CHECK(named(told["actors"], "source")["state"] == "up");
  CHECK(named(told["actors"], "source")["turns"] == 0);
  CHECK(one.ask(R"({"ask":"trace"})")["error"].get<std::string>().find("--probe off") !=
        std::string::npos);
}

TEST_CASE("without a control socket there is none") {
  const running_node node{{"--source", "tone:440", "--control", "off"}};
  CHECK_FALSE(std::filesystem::exists(node.socket() + ".control"));
}
