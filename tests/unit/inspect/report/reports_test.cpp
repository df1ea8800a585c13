#include <memory>
#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "apps/inspect/report/node_line.hpp"
#include "apps/inspect/report/report_json.hpp"
#include "apps/inspect/report/report_text.hpp"
#include "apps/inspect/report/text_table.hpp"
#include "tests/unit/inspect/terminal/small_node.hpp"

using namespace troupe;
using namespace troupe::inspecting;
using namespace std::chrono_literals;
using troupe::test::actor_in;
using troupe::test::one_second_later;
using troupe::test::small_node;
using troupe::test::view_of;

namespace {

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// The line that begins so, but for what stands before it.
std::string line_with(const std::string& text, std::string_view part) {
  const auto at = text.find(part);
  if (at == std::string::npos) return "";
  const auto begin = text.rfind('\n', at) + 1;
  return text.substr(begin, text.find('\n', at) - begin);
}

std::string report_of(const snapshot& earlier, const snapshot& later) {
  return report_text({view_of(earlier, later)});
}

std::shared_ptr<node_view> away_view() {
  auto view = std::make_shared<node_view>();
  view->node = socket_target{"/run/b.sock"};
  view->state = presence::away;
  view->trouble = failure{failure_kind::no_node, "no node answers at /run/b.sock: it is gone"};
  return view;
}

}  // namespace

TEST_CASE("a report says what a node is, costs and does") {
  const auto before = small_node();
  const auto text = report_of(before, one_second_later(before));
  CHECK(text.starts_with("kitchen: "));
  CHECK(holds(text, "process 4711 on pi"));
  CHECK(holds(text, "tone of 440 Hz"));
  CHECK(holds(line_with(text, "costs"), "3.4 % of a core"));
  CHECK(holds(line_with(text, "frames  "), "50.0 made"));
}

TEST_CASE("where all is well, nothing stands out") {
  const auto before = small_node();
  CHECK(holds(report_of(before, one_second_later(before)), "What stands out\n  nothing\n"));
}

TEST_CASE("what stands out comes before all else that is told of the node") {
  const auto before = small_node();
  auto after = one_second_later(before);
  actor_in(after, "source").busy += 1500ms;
  actor_in(after, "latency_monitor").state = "stuck";
  const auto text = report_of(before, after);
  const auto stuck = text.find("! latency_monitor is stuck");
  const auto slow = text.find("! source is slow");
  REQUIRE(stuck != std::string::npos);
  REQUIRE(slow != std::string::npos);
  CHECK(stuck < slow);
  CHECK(slow < text.find("\nActors\n"));
}

TEST_CASE("actors are a tree, with the rate of each and of each of its handlers") {
  const auto before = small_node();
  const auto text = report_of(before, one_second_later(before));
  const auto source = line_with(text, "source  ");
  CHECK(holds(text, "supervisor"));
  CHECK(text.find("\n  supervisor") < text.find("─ frame_processor"));
  const auto processor = line_with(text, "─ frame_processor");
  CHECK(holds(processor, " up "));
  CHECK(holds(processor, " 50.0 "));
  CHECK(holds(processor, " 12 µs"));
  CHECK(holds(text, "ping from supervisor"));
}

TEST_CASE("of many connections the first are told, and how many more there are") {
  const auto before = small_node(100);
  const auto text = report_of(before, one_second_later(before));
  CHECK(holds(text, "connection:19 "));
  CHECK_FALSE(holds(text, "connection:21 "));
  CHECK(holds(text, "more connections"));
  CHECK(holds(text, "... and 50 more; --json has them all"));
}

TEST_CASE("stages of latency, clients and the link are told where they are") {
  auto before = small_node();
  before.upstream = upstream_facts{.upstream = "attic", .address = "10.0.0.2:4747"};
  before.upstream->clock = clock_facts{.offset = -1500us, .error = 20us, .drift_ppm = 1.5};
  auto after = one_second_later(before);
  after.upstream = before.upstream;
  after.upstream->frames_missing = 2;
  const auto text = report_of(before, after);
  CHECK(holds(text, "\nLatency, by stages of a frame's way\n"));
  CHECK(holds(text, "queue_full 8"));
  CHECK(holds(text, "from attic at 10.0.0.2:4747"));
  CHECK(holds(text, "-1.5 ms ahead, give or take 20 µs"));
  CHECK(holds(text, "2.0 missing a second"));
  CHECK_FALSE(holds(report_of(small_node(), one_second_later(small_node())), "\nLink\n"));
}

TEST_CASE("what a node says cannot act on the terminal") {
  auto before = small_node();
  before.node.name = "kit\x1b[2Jchen";
  auto after = one_second_later(before);
  actor_in(after, "source").state = "\x1b]0;title\x07";
  const auto view = view_of(before, after);
  CHECK_FALSE(holds(report_text({view}), "\x1b"));
  CHECK_FALSE(holds(node_line(*view, view->name()), "\x1b"));
}

TEST_CASE("why a node is away cannot act on the terminal, nor can how it is reached") {
  auto view = away_view();
  view->node = node_address{"\x1b[2J", 4747};
  view->trouble = failure{failure_kind::no_node, "no node can be asked at \x1b[2J:4747"};
  CHECK(report_text({view}) == "troupe://?[2J:4747: no node can be asked at ?[2J:4747\n");
  CHECK_FALSE(holds(node_line(*view, view->name()), "\x1b"));
}

TEST_CASE("a report of several nodes has them all, also one that is away and why") {
  const auto before = small_node();
  const auto text = report_text({view_of(before, one_second_later(before)), away_view()});
  CHECK(text.starts_with("kitchen: "));
  CHECK(holds(text, "\n/run/b.sock: no node answers at /run/b.sock: it is gone\n"));
}

TEST_CASE("a node's line has the essentials, and the worst that stands out") {
  const auto before = small_node();
  auto after = one_second_later(before);
  CHECK(holds(node_line(*view_of(before, after), "kitchen"), "kitchen: 50.0 frames/s"));
  CHECK(holds(node_line(*view_of(before, after), "kitchen"), "clients 3"));
  actor_in(after, "latency_monitor").state = "stuck";
  CHECK(holds(node_line(*view_of(before, after), "kitchen"), "; latency_monitor is stuck"));
  CHECK(holds(node_line(*away_view(), "attic"), "attic: away since "));
  CHECK(holds(node_line(*away_view(), "attic"), "because no node answers"));
}

TEST_CASE("as JSON each node is there with its own words and with what was made of them") {
  const auto before = small_node();
  auto after = one_second_later(before);
  actor_in(after, "latency_monitor").state = "stuck";
  auto view = view_of(before, after);
  view->latest = std::make_shared<const reading>(
      reading{after, {{"version", 1}, {"node", {{"name", "kitchen"}}}}});
  const auto report = nlohmann::json::parse(report_json({view, away_view()}));
  CHECK(report["version"] == 1);
  REQUIRE(report["nodes"].size() == 2);
  const auto& kitchen = report["nodes"][0];
  CHECK(kitchen["name"] == "kitchen");
  CHECK(kitchen["state"] == "present");
  CHECK(kitchen["snapshot"]["node"]["name"] == "kitchen");
  CHECK(kitchen["rates"]["interval_s"] == doctest::Approx(1));
  CHECK(kitchen["rates"]["produced_per_second"] == doctest::Approx(50));
  CHECK(kitchen["rates"]["actors"].size() == after.actors.size());
  CHECK(kitchen["rates"]["upstream"].is_null());
  CHECK(kitchen["findings"][0]["severity"] == "alarm");
  CHECK(kitchen["findings"][0]["subject"] == "latency_monitor");
  const auto& away = report["nodes"][1];
  CHECK(away["state"] == "away");
  CHECK(away["target"] == "/run/b.sock");
  CHECK(away["snapshot"].is_null());
  CHECK(holds(away["reason"], "it is gone"));
}

TEST_CASE("a table's columns are as wide as what stands in them, whatever its letters") {
  text_table table{{"name", ">µs"}};
  CHECK(table.text("").empty());
  table.add({"ä", "1"});
  table.add({"longer", "1000"});
  CHECK(table.text("  ") ==
        "  name      µs\n"
        "  ä          1\n"
        "  longer  1000\n");
}
