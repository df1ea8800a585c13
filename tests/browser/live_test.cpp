#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/browser/support/inspected_page.hpp"
#include "tests/browser/support/staged_node.hpp"
#include "tests/integration/support/sanitizers.hpp"
#include "tests/integration/support/temporary_directory.hpp"

using namespace troupe::test;
using nlohmann::json;

namespace {

/// The figure of that name on the first node's card.
std::string figure(browser& shown, const std::string& name) {
  return shown.run(
      "return [...document.querySelectorAll('.node-card .figures > div')]"
      ".find((each) => each.firstChild.textContent === "
      "arguments[0])?.lastChild.firstChild.textContent ?? ''",
      {name});
}

}  // namespace

TEST_CASE("the page shows a node's actors and what they do at present within 2 s") {
  const temporary_directory directory;
  const staged_node node{directory / "node"};
  inspected_page page{{node.socket()}};
  REQUIRE(page.shown().waits_for(
      "return document.querySelectorAll('.actor').length > 0 &&"
      " document.querySelector('.node-card dd')?.textContent.includes('/s')"));
  const auto took_ms = page.shown().run("return performance.now()").get<double>();
  MESSAGE("the page was live after ", took_ms, " ms");
  CHECK(took_ms < (sanitized ? 20'000 : 2'000));

  const auto ids = page.shown().run(
      "return [...document.querySelectorAll('.actor')].map((each) => each.dataset.id)");
  const auto shown = ids.get<std::set<std::string>>();
  CHECK(shown == std::set<std::string>{"0/supervisor", "0/latency_monitor", "0/client_registry",
                                       "0/connection_supervisor", "0/frame_processor",
                                       "0/adaptive_optimiser", "0/system_sensor", "0/acceptor",
                                       "0/source", "0/connection", "0/clients"});
  CHECK(page.says(".actor[data-id='0/connection'] .inside", "3"));
  const auto frames = std::strtod(figure(page.shown(), "Frames").c_str(), nullptr);
  CHECK(frames > 40);
  CHECK(frames < 60);
  CHECK(page.says(".standing-out", "All is well"));
  CHECK(page.shown().complaints().empty());
}

TEST_CASE("an actor that was killed turns red on the page, and recovers there") {
  const temporary_directory directory;
  staged_node node{directory / "node"};
  inspected_page page{{node.socket()}};
  REQUIRE(page.has_tone("frame_processor", ""));

  node.restart("frame_processor", "it was killed");
  CHECK(page.has_tone("frame_processor", "error"));
  CHECK(page.says(".standing-out", "frame_processor was restarted"));
  CHECK(page.says(".grid-row", "frame_processor failed: it was killed"));
  CHECK(page.has_tone("frame_processor", ""));
  CHECK(page.says(".standing-out", "All is well"));
}

TEST_CASE("an actor that hangs is red until it goes on, and is what stands out") {
  const temporary_directory directory;
  staged_node node{directory / "node"};
  inspected_page page{{node.socket()}};
  node.set_state("latency_monitor", "stuck");
  CHECK(page.has_tone("latency_monitor", "error"));
  CHECK(page.says(".standing-out", "latency_monitor is stuck"));
  page.shown().click(".standing-out a");
  CHECK(page.says("h1", "latency monitor"));
  CHECK(page.says(".figures", "wake up"));

  page.go_to("overview");
  node.set_state("latency_monitor", "up");
  CHECK(page.has_tone("latency_monitor", ""));
}

TEST_CASE("an actor's page shows its handlers by message type, with their figures") {
  const temporary_directory directory;
  const staged_node node{directory / "node"};
  inspected_page page{{node.socket()}};
  page.go_to("actor/0/source");
  CHECK(page.says(".grid-row", "wake up"));
  CHECK(page.says(".grid-row", "get status"));
  // Nine of ten turns are wake-ups.
  CHECK(page.shown().waits_for(
      "const rate = parseFloat([...document.querySelectorAll('.grid-row')].find((each) =>"
      " each.textContent.startsWith('wake up'))?.children[3].textContent);"
      "return rate > 40 && rate < 50"));
  page.go_to("actor/0/connection:2");
  CHECK(page.says("h1", "Client 2"));
  CHECK(page.says(".grid-row", "client gone"));
  CHECK(page.says(".figures", "pid 5002"));
  CHECK(page.shown().complaints().empty());
}

TEST_CASE("several nodes are shown with the links between them") {
  const temporary_directory directory;
  const staged_node kitchen{
      directory / "kitchen",
      {.name = "kitchen", .listen = "127.0.0.1:4700", .heard_by = {"127.0.0.1:51000"}}};
  const staged_node hall{directory / "hall", {.name = "hall", .upstream = "127.0.0.1:4700"}};
  inspected_page page{{kitchen.socket(), hall.socket()}};
  CHECK(page.says(".panel-name", "kitchen"));
  CHECK(page.says(".panel-name", "hall"));
  CHECK(
      page.shown().waits_for("return [...document.querySelectorAll('.edge')].some((each) =>"
                             " each.edge.from === '0/link_sender' && each.edge.to === '1/source' "
                             "&& each.edge.rate > 40)"));
  page.go_to("links");
  CHECK(page.says(".grid-row", "troupe://127.0.0.1:4700"));
  CHECK(page.says(".grid-row", "127.0.0.1:51000"));
}

TEST_CASE("more nodes than have room are shown each as one, and the chosen one with its actors") {
  const temporary_directory directory;
  std::vector<std::unique_ptr<staged_node>> nodes;
  std::vector<std::string> sockets;
  for (int i = 0; i < 6; ++i) {
    const auto name = "node-" + std::to_string(i);
    nodes.push_back(
        std::make_unique<staged_node>(directory / name, staged_node_settings{.name = name}));
    sockets.push_back(nodes.back()->socket());
  }
  inspected_page page{sockets};
  CHECK(page.shown().waits_for(
      "return document.querySelectorAll('.actor[data-id^=node]').length === 6"));
  page.go_to("overview/4");
  CHECK(page.says(".panel-name", "node-4"));
  CHECK(page.count_of(".panel") == 1);
}

TEST_CASE("several tabs show the same") {
  const temporary_directory directory;
  staged_node node{directory / "node"};
  inspected_page page{{node.socket()}};
  page.shown().open_tab(page.inspector().address());
  node.have_happen("client", "info", "client 1", "client 1 came to be seen twice");
  CHECK(page.says(".grid-row", "client 1 came to be seen twice"));
  page.shown().go_to_tab(0);
  CHECK(page.says(".grid-row", "client 1 came to be seen twice"));
}
