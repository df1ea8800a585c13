#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/browser/support/inspected_page.hpp"
#include "tests/browser/support/staged_node.hpp"
#include "tests/integration/support/sanitizers.hpp"
#include "tests/integration/support/temporary_directory.hpp"

using namespace troupe::test;
using nlohmann::json;

namespace {

constexpr double longest_answer_ms = sanitized ? 2000 : 200;

/// How long it takes from a deed until the picture that shows what came of it.
double milliseconds_of(browser& shown, const std::string& deed) {
  return shown.run(
      "const begun = performance.now();" + deed +
      ";await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));"
      "return performance.now() - begun");
}

}  // namespace

TEST_CASE("with 1,000 clients the page answers within 200 ms") {
  const temporary_directory directory;
  staged_node node{directory / "node", {.clients = 1000}};
  node.have_lose(700, 4);
  inspected_page page{{node.socket()}};
  CHECK(page.says(".actor[data-id='0/connection'] .inside", "1\u202f000"));
  page.shown().run(
      "window.longest = 0; new PerformanceObserver((list) => {"
      "for (const each of list.getEntries()) window.longest = Math.max(window.longest, "
      "each.duration)"
      "}).observe({entryTypes: ['longtask']})");
  page.go_to("clients");
  REQUIRE(page.says(".view-head", "1\u202f000"));
  REQUIRE(page.shown().waits_for("return document.querySelectorAll('.grid-row').length > 5"));
  // Only rows in sight are elements.
  CHECK(page.count_of(".grid-row") < 60);

  const auto answered = [&](const std::string& what, const std::string& deed) {
    const auto took = milliseconds_of(page.shown(), deed);
    MESSAGE(what, ": ", took, " ms");
    CHECK(took < longest_answer_ms);
  };
  const std::string dropped =
      "[...document.querySelectorAll('[role=columnheader] button')].find((each) => "
      "each.textContent === 'Dropped')";
  answered("sorting", dropped + ".click()");
  CHECK(page.says(".grid-row", "700"));
  CHECK(page.shown().run("return document.querySelector('.grid-row').firstChild.textContent") ==
        "700");
  answered("scrolling to the end", "document.querySelector('.grid-body').scrollTop = 1e9");
  answered("finding",
           "const find = document.querySelector('[type=search]'); find.value = '5999';"
           "find.dispatchEvent(new Event('input'))");
  CHECK(page.says(".view-head", "1 of 1\u202f000"));
  answered("going to the overview",
           "location.hash = '#/overview'; await new Promise((resolve) => "
           "addEventListener('hashchange', resolve, {once: true}))");
  answered("going to a client",
           "location.hash = '#/actor/0/connection:700'; await new Promise((resolve) => "
           "addEventListener('hashchange', resolve, {once: true}))");
  CHECK(page.says(".figures", "queue full"));

  // Some snapshots more, for what they cost.
  page.go_to("clients");
  const auto seen = node.snapshots();
  CHECK(page.shown().waits_for(
      "await new Promise((resolve) => setTimeout(resolve, 4000)); return true"));
  CHECK(node.snapshots() > seen);
  const auto longest = page.shown().run("return window.longest").get<double>();
  MESSAGE("the longest that the page was busy: ", longest, " ms");
  CHECK(longest < longest_answer_ms);
  CHECK(page.shown().complaints().empty());
}
