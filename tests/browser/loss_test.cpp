#include <csignal>
#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "tests/browser/support/inspected_page.hpp"
#include "tests/browser/support/staged_node.hpp"
#include "tests/integration/support/temporary_directory.hpp"

using namespace troupe::test;

TEST_CASE("the page says when it is not live any more, and is live again by itself") {
  const temporary_directory directory;
  staged_node node{directory / "node"};
  inspected_page page{{node.socket()}};
  REQUIRE(page.says("#push", "live"));
  REQUIRE(page.says(".node-card h2", "kitchen"));

  page.inspector().process().send_signal(SIGSTOP);
  CHECK(page.says("#push", "not live"));
  CHECK(page.says("#banner:not([hidden])", "silent for 6 s"));
  // What was there is still to be seen.
  CHECK(page.says(".node-card h2", "kitchen"));

  node.have_happen("client", "info", "client 1", "client 1 came meanwhile");
  page.inspector().process().send_signal(SIGCONT);
  CHECK(page.shown().waits_for("return document.querySelector('#banner').hidden"));
  CHECK(page.text_of("#push") == "live");
  CHECK(page.says(".grid-row", "client 1 came meanwhile"));
}

TEST_CASE("the page says when the inspector has ended") {
  const temporary_directory directory;
  const staged_node node{directory / "node"};
  inspected_page page{{node.socket()}};
  REQUIRE(page.says("#push", "live"));
  page.inspector().process().send_signal(SIGTERM);
  CHECK(page.inspector().process().wait() == exited(0));
  CHECK(page.says("#push", "not live"));
  CHECK(page.says("#banner:not([hidden])", "does troupe-inspect still run?"));
}

TEST_CASE("a node that goes away is what stands out, until it is back") {
  const temporary_directory directory;
  auto node = std::make_unique<staged_node>(directory / "node");
  inspected_page page{{node->socket()}};
  REQUIRE(page.says(".standing-out", "All is well"));
  node.reset();
  CHECK(page.shown().waits_for(
      "return document.querySelector('.finding').dataset.level === 'error'"));
  CHECK(page.says(".node-card", "away since"));

  const staged_node next{directory / "node"};
  CHECK(page.says(".standing-out", "All is well"));
  CHECK(page.says(".node-card", "tone of 440 Hz"));
}
