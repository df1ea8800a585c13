#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/browser/support/inspected_page.hpp"
#include "tests/browser/support/staged_node.hpp"
#include "tests/integration/support/temporary_directory.hpp"

using namespace troupe::test;

namespace {

struct keyboard_stage {
  keyboard_stage() : node{directory / "node", {.clients = 12}}, page{{node.socket()}} {
    REQUIRE(page.shown().waits_for("return document.querySelectorAll('.actor').length > 5"));
  }

  /// Presses Tab until what has the focus is what `selector` finds. Returns whether it was reached.
  bool tab_to(const std::string& selector) {
    constexpr int most_stops = 60;
    for (int i = 0; i < most_stops; ++i) {
      if (has_focus(selector)) return true;
      page.shown().press(browser::tab);
    }
    return false;
  }
  /// Whether it has it soon: a view that was asked for is not there at once.
  bool gets_focus(const std::string& selector) {
    return page.shown().waits_for("return document.activeElement.matches(\"" + selector + "\")");
  }

  bool has_focus(const std::string& selector) {
    return page.shown().run("return document.activeElement?.matches(arguments[0]) ?? false",
                            {selector});
  }

  temporary_directory directory;
  staged_node node;
  inspected_page page;
};

}  // namespace

TEST_CASE("each view is reached by the keyboard, and the focus is seen") {
  keyboard_stage stage;
  for (const auto* const view :
       {"actors", "clients", "links", "latency", "events", "steer", "overview"}) {
    CAPTURE(view);
    REQUIRE(stage.tab_to("nav a[href='#/" + std::string{view} + "']"));
    CHECK(stage.page.shown().run("return getComputedStyle(document.activeElement).outlineStyle") ==
          "solid");
    stage.page.shown().press(browser::enter);
    CHECK(stage.page.shown().waits_for("return location.hash === '#/" + std::string{view} + "'"));
    CHECK(stage.gets_focus("main h1"));
    stage.page.shown().run("document.activeElement.blur()");
  }
}

TEST_CASE(
    "the picture is one stop where the arrow keys go from actor to actor, and Enter opens one") {
  keyboard_stage stage;
  REQUIRE(stage.tab_to(".graph .actor"));
  // From wherever that is to the left, and then along the way of the frames.
  for (int i = 0; i < 3; ++i) stage.page.shown().press(browser::left);
  for (int i = 0; i < 3; ++i) stage.page.shown().press(browser::up);
  CHECK(stage.has_focus("[data-id='0/supervisor']"));
  stage.page.shown().press(browser::down);
  CHECK(stage.has_focus("[data-id='0/source']"));
  stage.page.shown().press(browser::right);
  CHECK(stage.has_focus("[data-id='0/frame_processor']"));
  stage.page.shown().press(browser::enter);
  CHECK(stage.page.says("h1", "frame processor"));

  stage.page.go_to("overview");
  REQUIRE(stage.tab_to(".graph .actor"));
  stage.page.shown().press(browser::tab);
  CHECK(!stage.has_focus(".graph .actor"));
}

TEST_CASE("a table is sorted and gone through by the keyboard") {
  keyboard_stage stage;
  stage.page.go_to("clients");
  REQUIRE(
      stage.page.shown().waits_for("return document.querySelectorAll('.grid-row').length === 12"));
  REQUIRE(stage.tab_to("[role=grid]"));
  stage.page.shown().press(browser::end);
  CHECK(stage.page.says(".grid-row.is-active", "pid 5012"));
  stage.page.shown().press(browser::up);
  CHECK(stage.page.says(".grid-row.is-active", "pid 5011"));
  CHECK(stage.page.shown().run(
            "return document.getElementById(document.querySelector('[role=grid]')"
            ".getAttribute('aria-activedescendant')).getAttribute('aria-selected')") == "true");

  REQUIRE(stage.tab_to("[role=columnheader]:first-child button"));
  stage.page.shown().press(browser::enter);
  CHECK(stage.page.shown().waits_for(
      "return document.querySelector('[role=columnheader]').getAttribute('aria-sort') === "
      "'descending'"));
  CHECK(stage.page.shown().run(
            "return document.querySelector('.grid-row').firstChild.textContent") == "12");

  stage.page.shown().run("document.querySelector('[role=grid]').focus()");
  stage.page.shown().press(browser::enter);
  CHECK(stage.page.says("h1", "Client 11"));
}

TEST_CASE("a dialog keeps the focus, Escape closes it and the focus goes back") {
  keyboard_stage stage;
  stage.page.go_to("actor/0/source");
  REQUIRE(stage.page.says("button", "Restart…"));
  REQUIRE(stage.tab_to(".view-head .buttons button"));
  stage.page.shown().press(browser::enter);
  REQUIRE(stage.page.shown().waits_for("return document.querySelector('dialog[open]')"));
  for (int i = 0; i < 6; ++i) {
    CHECK(stage.page.shown().run("const at = document.activeElement;"
                                 "return at === document.body || at.closest('dialog') !== null") ==
          true);
    stage.page.shown().press(browser::tab);
  }
  stage.page.shown().press(browser::escape);
  CHECK(stage.page.shown().waits_for("return !document.querySelector('dialog')"));
  CHECK(stage.gets_focus(".view-head .buttons button"));
  CHECK(stage.node.actions().empty());
}

TEST_CASE("what has a place of its own has a name for those who do not see it") {
  keyboard_stage stage;
  for (const auto* const view : {"overview", "actors", "clients", "links", "latency", "events",
                                 "steer", "actor/0/source", "actor/0/connection:1"}) {
    CAPTURE(view);
    stage.page.go_to(view);
    const auto nameless = stage.page.shown().run(
        "const nameOf = (each) => each.getAttribute('aria-label') || each.textContent.trim() ||"
        "  each.closest('label')?.textContent.trim() || each.getAttribute('placeholder');"
        "return [...document.querySelectorAll('a, button, input, select, [role=grid], "
        "[tabindex=\"0\"]')]"
        "  .filter((each) => !nameOf(each)).map((each) => each.outerHTML)");
    CHECK(nameless == nlohmann::json::array());
    CHECK(stage.page.count_of("h1") == 1);
  }
}
