#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "tests/browser/support/inspected_page.hpp"
#include "tests/integration/support/fault_client.hpp"
#include "tests/integration/support/loopback.hpp"
#include "tests/integration/support/running_node.hpp"

using namespace troupe::test;

TEST_CASE("a node's page shows who listens, and its actors at work") {
  running_node node{{"--source", "tone:440"}};
  auto client = node.client();
  inspected_page page{{node.socket()}};
  CHECK(page.says(".actor[data-id='0/connection'] .inside", "1"));
  CHECK(page.shown().waits_for(
      "return ['source', 'frame_processor'].every((name) => "
      "[...document.querySelectorAll('.edge')].some("
      "(each) => each.edge.from === `0/${name}` && each.edge.isFrames && each.edge.rate > 20))"));
  page.go_to("actor/0/source");
  CHECK(page.says(".grid-row", "wake up"));
  page.go_to("clients");
  CHECK(page.says(".grid-row", "pid " + std::to_string(::getpid())));
  page.go_to("events");
  CHECK(page.says(".grid-row", "client 1 came"));
  CHECK(page.shown().complaints().empty());
}

TEST_CASE("an actor that is killed in a node turns red on its page, and recovers there") {
  running_node node{{"--source", "tone:440", "--allow-faults"}};
  inspected_page page{{node.socket()}};
  REQUIRE(page.has_tone("frame_processor", ""));
  CHECK(fault_client{node.socket()}.order("kill frame_processor") == "ok");
  CHECK(page.has_tone("frame_processor", "error"));
  CHECK(page.says(".standing-out", "frame_processor was restarted"));
  CHECK(page.has_tone("frame_processor", ""));
}

TEST_CASE("a node is steered from its page") {
  running_node node{{"--source", "tone:440"}};
  auto client = node.client();
  inspected_page page{{node.socket()}};
  page.go_to("actor/0/latency_monitor");
  REQUIRE(page.says("button", "Restart…"));
  page.shown().click(".view-head .buttons button");
  page.shown().click("dialog button[type=submit]");
  REQUIRE(page.says("dialog .result[data-level=done]", "latency_monitor"));
  page.shown().press(browser::escape);
  page.go_to("overview");
  CHECK(page.has_tone("latency_monitor", "error"));

  page.go_to("actor/0/connection:1");
  REQUIRE(page.says("button", "Disconnect…"));
  page.shown().click(".view-head .buttons button");
  page.shown().click("dialog button[type=submit]");
  REQUIRE(page.says("dialog .result[data-level=done]", "1"));
  page.shown().press(browser::escape);
  CHECK(page.says(".is-error", "Client 1 is not there any more"));
}

TEST_CASE("what a node refuses is said with its reason") {
  running_node node{{"--source", "tone:440"}};
  inspected_page page{{node.socket()}};
  page.go_to("steer");
  REQUIRE(page.says("h2", "Disconnect a client"));
  page.shown().run(
      "const form = [...document.querySelectorAll('.card')].find((each) =>"
      " each.textContent.startsWith('Disconnect a client')).querySelector('form');"
      "form.querySelector('input').value = '99'; form.requestSubmit()");
  REQUIRE(page.shown().waits_for("return document.querySelector('dialog[open]')"));
  page.shown().click("dialog button[type=submit]");
  CHECK(page.says("dialog .result[data-level=error]", "99"));
}

TEST_CASE("a relay and the node that it hears are shown with the link between them") {
  const auto port = free_port();
  running_node origin{{"--source", "tone:440", "--listen", at(port), "--always-encode"}};
  running_node relay{{"--source", link_to(port)}};
  inspected_page page{{origin.socket(), relay.socket()}};
  CHECK(
      page.shown().waits_for("return [...document.querySelectorAll('.edge')].some((each) =>"
                             " each.edge.id === 'link 0 1' && each.edge.rate > 20)"));
}
