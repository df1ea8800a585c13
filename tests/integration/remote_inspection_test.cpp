// Nodes that are inspected at their port for other nodes, as separate processes over loopback.

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/integration/support/certificates.hpp"
#include "tests/integration/support/eventually.hpp"
#include "tests/integration/support/fault_client.hpp"
#include "tests/integration/support/faults.hpp"
#include "tests/integration/support/loopback.hpp"
#include "tests/integration/support/running_node.hpp"
#include "tests/integration/support/sanitizers.hpp"

using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

constexpr auto patience = 10s * (sanitized ? 4 : 1);

finished_process inspect(std::vector<std::string> arguments) {
  return run(TROUPE_INSPECT, std::move(arguments), {}, patience);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

void check_refusal(const finished_process& ended, int code, const std::string& words) {
  CHECK_MESSAGE(ended.status == exited(code), ended.errors);
  CHECK_MESSAGE(contains(ended.errors, words), ended.errors);
}

/// What an inspector says of its only node.
nlohmann::json account_of(const finished_process& ended) {
  REQUIRE_MESSAGE(ended.status == exited(0), ended.errors);
  const auto document = nlohmann::json::parse(ended.output);
  REQUIRE(document["nodes"].size() == 1);
  CHECK(document["nodes"][0]["state"] == "present");
  return document["nodes"][0]["snapshot"];
}

nlohmann::json snapshot_of(int port) { return account_of(inspect({at(port), "--json"})); }

std::vector<std::string> open_node(int port, std::vector<std::string> others = {}) {
  others.insert(others.end(), {"--listen", at(port), "--insecure"});
  return others;
}

}  // namespace

TEST_CASE("a plain port answers inspectors only if that was accepted, and says what to do") {
  const int port = free_port();
  {
    running_node careful{{"--source", "tone:440", "--listen", at(port), "--name", "careful"}};
    check_refusal(inspect({at(port), "--once"}), 77, "--insecure");
    careful.process().wait_for_errors("was refused: over plain links");
    CHECK(careful.stop()["restarts"] == 0);
  }
  running_node open{open_node(port, {"--source", "tone:440", "--name", "kitchen"})};
  const auto seen = snapshot_of(port);
  CHECK(seen["node"]["name"] == "kitchen");
  CHECK(seen["node"]["may_steer"] == false);
  check_refusal(inspect({at(port), "do", "log-level", "debug"}), 64, "control socket");
}

TEST_CASE("a node whose remote inspection is off answers nobody at its port") {
  const int port = free_port();
  running_node node{open_node(port, {"--source", "tone:440", "--remote-inspection", "off"})};
  check_refusal(inspect({at(port), "--once"}), 77, "--remote-inspection off");
}

TEST_CASE("whoever shows a certificate may look, and steer where that is allowed") {
  const certificates made;
  const int port = free_port();
  const auto node_options = [&](const std::string& allowed) {
    return made.options(
        "node-a", {"--source", "tone:440", "--listen", at(port), "--remote-inspection", allowed});
  };
  const auto inspected = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), at(port));
    return inspect(made.options("node-b", std::move(arguments)));
  };
  {
    running_node looked_at{node_options("look")};
    CHECK(account_of(inspected({"--json"}))["node"]["may_steer"] == false);
    check_refusal(inspected({"do", "restart", "source"}), 64, "--remote-inspection steer");
    looked_at.process().wait_for_errors("with the certificate of node-b");
    CHECK(looked_at.stop()["restarts"] == 0);
  }
  running_node steered{node_options("steer")};
  CHECK(account_of(inspected({"--json"}))["node"]["may_steer"] == true);
  const auto done = inspected({"do", "restart", "source"});
  CHECK_MESSAGE(done.status == exited(0), done.errors);
  CHECK(eventually([&] { return contains(steered.process().errors(), "restart"); }, 2s));
}

TEST_CASE("an inspector without a certificate that the node trusts is told so") {
  const certificates made;
  const certificates foreign;
  const int port = free_port();
  running_node node{made.options("node-a", {"--source", "tone:440", "--listen", at(port)})};
  check_refusal(inspect({at(port), "--once"}), 69, "--tls-cert");
  check_refusal(inspect(foreign.options("node-b", {at(port), "--once"})), 69,
                "is not from the authority");
  check_refusal(inspect(foreign.options("node-b", foreign.file("ca.crt"), {at(port), "--once"})),
                69, "is not from the authority");
  CHECK(node.stop()["restarts"] == 0);
}

TEST_CASE("an inspector is told that nobody listens, and what to do about it") {
  check_refusal(inspect({at(free_port()), "--once"}), 69, "--listen");
}

TEST_CASE("three inspectors at once cost a relay of the node no frame") {
  const int port = free_port();
  running_node node{open_node(port, {"--source", "tone:440"})};
  running_node relay{{"--source", link_to(port)}};
  auto client = relay.client();
  client.read_until(wire_type::opus_frame);
  for (int round = 0; round < 3; ++round) {
    std::vector<std::unique_ptr<child_process>> inspectors;
    for (int i = 0; i < 3; ++i)
      inspectors.push_back(std::make_unique<child_process>(
          TROUPE_INSPECT, std::vector<std::string>{at(port), "--json"}));
    for (const auto& each : inspectors) {
      CHECK(each->wait(patience) == exited(0));
      CHECK(each->last_json_line()["nodes"][0]["state"] == "present");
    }
  }
  const auto account = relay.stop();
  CHECK(account["link"]["frames_missing"] == 0);
  CHECK(account["link"]["losses"] == 0);
  CHECK(node.stop()["restarts"] == 0);
}

TEST_CASE("a node is inspected while others of its actors hang or fail") {
  const int port = free_port();
  running_node node{open_node(port, with_faults())};
  fault_client faults{node.socket()};
  faults.order("hang link_door 3s");
  faults.order("hang client_registry 3s");
  const auto state_of = [](const nlohmann::json& seen, const std::string& name) {
    for (const auto& actor : seen["actors"])
      if (actor["name"] == name) return actor;
    return nlohmann::json{};
  };
  CHECK(state_of(snapshot_of(port), "source")["state"] == "up");
  faults.order("kill inspection_door");
  CHECK(eventually([&] { return inspect({at(port), "--json"}).status == exited(0); }, patience));
  CHECK(state_of(snapshot_of(port), "inspection_door")["restarts"] == 1);
}
