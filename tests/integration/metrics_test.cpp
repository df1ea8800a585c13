#include <chrono>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include <doctest/doctest.h>
#include <httplib.h>
#include <nlohmann/json.hpp>

#include "tests/integration/support/eventually.hpp"
#include "tests/integration/support/loopback.hpp"
#include "tests/integration/support/running_node.hpp"

using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

std::string get_page(int port, const std::string& path) {
  httplib::Client client{"127.0.0.1", port};
  const auto answer = client.Get(path);
  REQUIRE(answer);
  REQUIRE(answer->status == 200);
  return answer->body;
}

/// Of an answer in Prometheus's format: the metrics that `# TYPE` and `# HELP` lines name.
std::set<std::string> names_in(const std::string& text, const std::string& line_kind) {
  std::set<std::string> result;
  const std::regex line{"# " + line_kind + " (\\w+) .+"};
  for (std::sregex_iterator at{text.begin(), text.end(), line}, end; at != end; ++at)
    result.insert((*at)[1]);
  return result;
}

std::string value_of(const std::string& text, const std::string& metric) {
  const auto at = text.find("\n" + metric + " ");
  if (at == std::string::npos) return {};
  const auto begin = at + metric.size() + 2;
  return text.substr(begin, text.find('\n', begin) - begin);
}

std::set<std::string> metrics_in_dashboard() {
  std::ifstream file{TROUPE_SOURCE "/apps/node/metrics/grafana-dashboard.json"};
  const auto dashboard = nlohmann::json::parse(file);
  std::set<std::string> result;
  const std::regex name{"troupe_\\w+"};
  for (const auto& panel : dashboard["panels"])
    for (const auto& target : panel["targets"]) {
      const auto query = target["expr"].get<std::string>();
      for (std::sregex_iterator at{query.begin(), query.end(), name}, end; at != end; ++at)
        result.insert(at->str());
    }
  return result;
}

}  // namespace

TEST_CASE("a node tells Prometheus about itself, each metric with help and type") {
  const auto port = free_port();
  running_node node{{"--source", "tone:440", "--metrics", at(port)}};
  auto client = node.client();
  for (int i = 0; i < 20; ++i) client.read_until(wire_type::opus_frame);
  // A client's account is told once a second.
  const auto delivered = [&] {
    return std::stod(value_of(get_page(port, "/metrics"), "troupe_client_frames_delivered_total"));
  };
  REQUIRE(eventually([&] { return delivered() >= 20; }, 5s));
  const auto text = get_page(port, "/metrics");
  const auto types = names_in(text, "TYPE");
  CHECK(types == names_in(text, "HELP"));
  CHECK(types.size() > 25);
  CHECK(value_of(text, "troupe_clients") == "1");
  CHECK(value_of(text, "troupe_actor_up{actor=\"source\"}") == "1");
  CHECK(std::stod(value_of(text, "troupe_actor_turns_total{actor=\"source\"}")) >= 20);
  for (const auto& name : types) {
    if (!name.starts_with("troupe_")) continue;
    CAPTURE(name);
    const bool is_counter = text.find("# TYPE " + name + " counter") != std::string::npos;
    CHECK(is_counter == name.ends_with("_total"));
  }
}

TEST_CASE("the dashboard shows only what a node tells") {
  const auto port = free_port();
  const auto upstream_port = free_port();
  const running_node upstream{{"--source", "tone:440", "--listen", at(upstream_port)}};
  running_node node{{"--source", link_to(upstream_port), "--metrics", at(port)}};
  auto client = node.client();
  for (int i = 0; i < 20; ++i) client.read_until(wire_type::opus_frame);
  const auto text = get_page(port, "/metrics");
  const auto told = names_in(text, "TYPE");
  const auto shown = metrics_in_dashboard();
  CHECK(shown.size() > 10);
  for (const auto& name : shown) {
    CAPTURE(name);
    CHECK(told.contains(name));
  }
}

TEST_CASE("a port for metrics that another program has is refused") {
  const auto port = free_port();
  const running_node first{{"--source", "tone:440", "--metrics", at(port)}};
  child_process second{
      TROUPE_NODE,
      {"--source", "tone:440", "--socket", first.socket() + "2", "--metrics", at(port)}};
  CHECK(second.wait() == exited(73));
  CHECK(second.errors().find("nobody can listen there") != std::string::npos);
}
