#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/browser/support/inspected_page.hpp"
#include "tests/browser/support/staged_node.hpp"
#include "tests/integration/support/temporary_directory.hpp"

using namespace troupe::test;
using nlohmann::json;

namespace {

struct steered_node {
  explicit steered_node(const staged_node_settings& settings = {})
      : node{directory / "node", settings}, page{{node.socket()}} {}

  /// Presses the button of the card with that title, and waits for the dialog.
  void order(const std::string& card) {
    REQUIRE(page.says("h2", card));
    page.shown().run(
        "[...document.querySelectorAll('.card')].find((each) => each.firstChild.textContent ==="
        " arguments[0]).querySelector('button[type=submit]').click()",
        {card});
    REQUIRE(page.shown().waits_for("return document.querySelector('dialog[open]')"));
  }
  void confirm() { page.shown().click("dialog button[type=submit]"); }
  void set(const std::string& label, const std::string& value) {
    page.shown().run(
        "[...document.querySelectorAll('label.field')].find((each) =>"
        " each.textContent.startsWith(arguments[0])).querySelector('input, select').value ="
        " arguments[1]",
        {label, value});
  }

  temporary_directory directory;
  staged_node node;
  inspected_page page;
};

}  // namespace

TEST_CASE("an action is done once it is confirmed, and the node's answer is shown") {
  steered_node stage;
  stage.page.go_to("actor/0/frame_processor");
  REQUIRE(stage.page.says("button", "Restart…"));
  stage.page.shown().click(".view-head .buttons button");
  CHECK(stage.page.says("dialog h2", "Restart frame processor?"));
  CHECK(stage.page.says("dialog", "Listeners miss one frame at most."));
  CHECK(stage.page.says("dialog", "kitchen"));
  CHECK(stage.node.actions().empty());

  stage.confirm();
  CHECK(stage.page.says("dialog .result", "frame_processor was restarted"));
  CHECK(stage.node.actions() ==
        std::vector<json>{{{"do", "restart"}, {"actor", "frame_processor"}}});
  stage.page.shown().press(browser::escape);
  stage.page.go_to("overview");
  CHECK(stage.page.has_tone("frame_processor", "error"));
  CHECK(stage.page.says(".grid-row", "uid 0 asked for"));
  CHECK(stage.page.shown().complaints().empty());
}

TEST_CASE("an action that is not confirmed is not done") {
  steered_node stage;
  stage.page.go_to("steer");
  stage.order("Adaptation");
  stage.page.shown().press(browser::escape);
  CHECK(stage.page.shown().waits_for("return !document.querySelector('dialog')"));
  stage.order("Adaptation");
  stage.page.shown().click("dialog button[type=button]");
  CHECK(stage.page.shown().waits_for("return !document.querySelector('dialog')"));
  CHECK(stage.node.actions().empty());
}

TEST_CASE("why a node refuses an action is shown") {
  steered_node stage;
  stage.node.refuse_next("client 99 is not there; those that are there are 1 to 3");
  stage.page.go_to("steer");
  REQUIRE(stage.page.says("h2", "Disconnect a client"));
  stage.set("Client", "99");
  stage.order("Disconnect a client");
  stage.confirm();
  CHECK(stage.page.says("dialog .result[data-level=error]",
                        "client 99 is not there; those that are there are 1 to 3"));
}

TEST_CASE("each kind of action comes to the node as it takes it") {
  steered_node stage;
  stage.page.go_to("steer");
  const auto done = [&](const std::string& card, const json& wanted) {
    CAPTURE(card);
    stage.order(card);
    stage.confirm();
    CHECK(stage.page.says("dialog .result[data-level=done]", "it is done"));
    CHECK(stage.node.actions().back() == wanted);
    stage.page.shown().press(browser::escape);
    REQUIRE(stage.page.shown().waits_for("return !document.querySelector('dialog')"));
  };
  REQUIRE(stage.page.says("label.field", "Bitrate"));
  stage.set("Bitrate", "96");
  stage.set("Frames last", "40");
  done("Stream", {{"do", "set"}, {"bitrate_bps", 96000}, {"frame_ms", 40}});
  done("Adaptation", {{"do", "adaptation"}, {"paused", true}});
  stage.set("Client", "2");
  done("Disconnect a client", {{"do", "close"}, {"client", 2}});
  stage.set("Tells what is at least", "debug");
  done("Log", {{"do", "log_level"}, {"level", "debug"}});
  stage.set("Order", "hang source 2s");
  done("Faults", {{"do", "fault"}, {"order", "hang source 2s"}});
}

TEST_CASE("what a node does not let us do cannot be asked for") {
  steered_node stage{{.may_steer = false, .allows_faults = false}};
  stage.page.go_to("steer");
  CHECK(stage.page.says(".note", "look, not steer"));
  CHECK(stage.page.count_of("fieldset:disabled") == 1);
  CHECK(stage.page.shown().run("return [...document.querySelectorAll('.card h2')].find((each) =>"
                               " each.textContent === 'Faults').parentNode.hidden") == true);
  stage.page.go_to("actor/0/source");
  CHECK(stage.page.says(".view-head button:disabled", "Restart…"));
}
