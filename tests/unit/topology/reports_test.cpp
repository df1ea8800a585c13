#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "apps/topology/drawing.hpp"
#include "apps/topology/outcome_figures.hpp"
#include "apps/topology/report_json.hpp"
#include "apps/topology/report_table.hpp"
#include "apps/topology/time_text.hpp"
#include "apps/topology/timeline_picture.hpp"
#include "apps/topology/timeline_rows.hpp"
#include "tests/unit/topology/small_plan.hpp"

using namespace troupe::topology;
using namespace std::chrono_literals;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

listener_outcome heard(const std::string& name, std::size_t planned, run_time p50) {
  return {.name = name,
          .planned = planned,
          .spans = {{.from = 0s, .to = 4s, .frames = 200},
                    {.from = 4500ms, .to = 10s, .frames = 275, .missing_before = 25}},
          .frames = 475,
          .missing_frames = 25,
          .latency = latency_percentiles{.p50 = p50, .p99 = 2 * p50, .p999 = 3 * p50},
          .recoveries = {{.fault = 0, .silence = 500ms, .after = 510ms}}};
}

judged_run small_run() {
  judged_run run{.planned = troupe::topology::test::diamond()};
  run.planned.listeners[0].count = 3;
  run.planned.listeners.push_back({.name = "far", .node = "left", .over_link = true});
  run.planned.listeners.push_back({.name = "near", .node = "studio"});
  run.seen = {.seed = 7, .duration = 10s};
  run.seen.faults = {
      {.planned = {.kind = fault_kind::kill, .node = "left"}, .begun = 4s, .ended = run_time{6s}},
      {.planned = {.kind = fault_kind::partition, .node = "left", .upstream = "studio"},
       .begun = 9s}};
  run.seen.nodes = {{.name = "studio", .starts = 1, .cpu_percent = 3.25},
                    {.name = "left", .starts = 2, .memory_at_end_kib = 900, .hops = 1},
                    {.name = "right", .starts = 1, .hops = 1},
                    {.name = "bottom", .starts = 1, .hops = 2}};
  run.seen.listeners = {heard("ear-1", 0, 10ms), heard("ear-2", 0, 12ms), heard("ear-3", 0, 11ms),
                        heard("far", 1, 9ms), heard("near", 2, 5ms)};
  run.seen.listeners[4].spans = {{.from = 0s, .to = 10s, .frames = 500}};
  run.seen.listeners[4].recoveries.clear();
  return run;
}

std::size_t longest_line(const std::string& text) {
  std::size_t longest = 0;
  std::size_t begin = 0;
  for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
    longest = std::max(longest, end - begin);
    begin = end + 1;
  }
  return longest;
}

}  // namespace

TEST_CASE("times are written exactly for files and shortly for people") {
  CHECK(exact_text(20s) == "20s");
  CHECK(exact_text(1500ms) == "1500ms");
  CHECK(exact_text(1us) == "1us");
  CHECK(exact_text(0us) == "0s");
  CHECK(readable_text(1234us) == "1.23 ms");
  CHECK(readable_text(12'345us) == "12.3 ms");
  CHECK(readable_text(123'456us) == "123 ms");
  CHECK(readable_text(1'234'567us) == "1.23 s");
}

TEST_CASE("the middle of several figures is one of them") {
  CHECK_FALSE(spread_of(std::vector<std::uint64_t>{}).has_value());
  const auto odd = spread_of(std::vector<std::uint64_t>{5, 1, 3}).value();
  CHECK(odd.least == 1);
  CHECK(odd.median == 3);
  CHECK(odd.most == 5);
  CHECK(spread_of(std::vector<std::uint64_t>{4, 2}).value().median == 4);
}

TEST_CASE("latency is told by the number of links, a listener's own among them") {
  const auto run = small_run();
  const auto latencies = latency_by_hops(run.planned, run.seen);
  CHECK(latencies == std::map<std::size_t, std::chrono::microseconds>{{0, 5ms}, {2, 11ms}});
}

TEST_CASE("the table groups listeners, keeps to its width and says at the end how it went") {
  auto run = small_run();
  auto text = to_table(run);
  INFO(text);
  CHECK(longest_line(text) <= 100);
  CHECK(contains(text, "diamond: 10.0 s, seed 7, on loopback\n"));
  CHECK(contains(text, "ear x3"));
  CHECK(contains(text, "10.0/11.0/12.0"));
  CHECK(contains(text, "+3.00\n"));  // from 5 ms without links to 11 ms with two
  CHECK(contains(text, "kill left "));
  CHECK(contains(text, "partition studio > left"));
  CHECK(contains(text, "to end        0  nobody noticed\n"));
  CHECK(contains(text, "2.00 s        4  500\n"));
  CHECK(text.ends_with("\npassed: all was as expected\n"));
  run.broken = {{"listener ear-1", "at most 0 gaps", "1"}};
  text = to_table(run);
  CHECK(
      text.ends_with("\nlistener ear-1: expected: at most 0 gaps; seen: 1\n"
                     "failed: 1 thing was not as expected\n"));
  run.broken.assign(25, run.broken.front());
  text = to_table(run);
  CHECK(
      text.ends_with("... and 5 more; --json has them all\n"
                     "failed: 25 things were not as expected\n"));
}

TEST_CASE("a listener that one fault silenced twice counts once") {
  auto run = small_run();
  run.seen.listeners[0].recoveries.push_back({.fault = 0, .silence = 20ms, .after = 900ms});
  CHECK(contains(to_table(run), "2.00 s        4  20/500/500\n"));
}

TEST_CASE("what counts of a silence is from when there could be sound") {
  CHECK(time_to_recover({.silence = 3s, .after = 3100ms}) == run_time{3s});
  CHECK(time_to_recover({.silence = 3s, .after = 3100ms, .after_end = 100ms}) == run_time{100ms});
  CHECK(time_to_recover({.silence = 20ms, .after = 1500ms, .after_end = 900ms}) == run_time{20ms});
  CHECK_FALSE(time_to_recover({.silence = 3s}).has_value());
}

TEST_CASE("a recovery that never came is in the table") {
  auto run = small_run();
  run.seen.listeners[0].recoveries[0].after.reset();
  CHECK(contains(to_table(run), "4  500, 1 never\n"));
}

TEST_CASE("JSON has all that was seen, on one line") {
  auto run = small_run();
  run.broken = {{"listener ear-1", "at most 0 gaps", "1"}};
  const auto text = to_json(run);
  CHECK_FALSE(contains(text, "\n"));
  const auto json = nlohmann::json::parse(text);
  CHECK(json.at("name") == "diamond");
  CHECK(json.at("passed") == false);
  CHECK(json.at("seed") == 7);
  CHECK(json.at("duration_s") == 10.0);
  CHECK(json.at("broken_expectations").at(0).at("expected") == "at most 0 gaps");
  CHECK(json.at("latency_by_hops").at(1) == nlohmann::json{{"hops", 2}, {"latency_p50_us", 11000}});
  const auto& fault = json.at("faults").at(0);
  CHECK(fault.at("kind") == "kill");
  CHECK(fault.at("ended_s") == 6.0);
  CHECK(fault.at("listeners_silenced") == 4);
  CHECK(fault.at("recovery_ms").at("median") == 500.0);
  CHECK(json.at("faults").at(1).at("ended_s").is_null());
  CHECK(json.at("faults").at(1).at("recovery_ms").is_null());
  CHECK(json.at("nodes").at(1).at("memory_at_end_kib") == 900);
  const auto& listener = json.at("listeners").at(3);
  CHECK(listener.at("name") == "far");
  CHECK(listener.at("node") == "left");
  CHECK(listener.at("hops") == 2);
  CHECK(listener.at("gaps") == 1);
  CHECK(listener.at("latency_p99_us") == 18000);
  CHECK(listener.at("recoveries").at(0).at("fault") == 1);
  CHECK(listener.at("recoveries").at(0).at("after_end_ms").is_null());
  CHECK(listener.at("spans").at(1).at("missing_before") == 25);
}

TEST_CASE("an outcome of nothing can be told as well") {
  const judged_run empty;
  CHECK(contains(to_table(empty), "passed"));
  CHECK(nlohmann::json::parse(to_json(empty)).at("passed") == true);
  CHECK(to_picture(empty).ends_with("</svg>\n"));
}

TEST_CASE("few listeners have a row each, many share one as they were planned") {
  const auto run = small_run();
  auto rows = timeline_rows(run, 5);
  REQUIRE(rows.size() == 5);
  CHECK(rows[0].label == "ear-1");
  CHECK(rows[0].spans.size() == 2);
  rows = timeline_rows(run, 4);
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].label == "ear ×3");
  CHECK(rows[2].label == "near");
}

TEST_CASE("of very many, those that were silent at some time keep their rows") {
  const auto rows = timeline_rows(small_run(), 2);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].label == "ear ×3");
  CHECK(rows[1].label == "others ×2");
}

TEST_CASE("a row that is shared says how many heard") {
  auto run = small_run();
  run.seen.listeners[0].spans = {{.from = 0s, .to = 10s}};
  const auto rows = timeline_rows(run, 4);
  REQUIRE(rows[0].spans.size() == 3);
  CHECK(rows[0].spans[0].share == 1);
  CHECK(rows[0].spans[1].from == 4s);
  CHECK(rows[0].spans[1].to == 4500ms);
  CHECK(rows[0].spans[1].share == doctest::Approx(1.0 / 3));
  CHECK(rows[0].spans[2].to == 10s);
}

TEST_CASE("the picture has a bar for each span and tells the faults, in light and in dark") {
  const auto text = to_picture(small_run());
  CHECK(text.starts_with("<svg xmlns="));
  CHECK(text.ends_with("</svg>\n"));
  CHECK(contains(text, "prefers-color-scheme:dark"));
  CHECK(contains(text, ">ear-1<"));
  CHECK(contains(text, "partition studio &gt; left, 9.00 s"));
  std::size_t bars = 0;
  for (auto at = text.find("class=\"heard\""); at != std::string::npos;
       at = text.find("class=\"heard\"", at + 1))
    ++bars;
  CHECK(bars == 9);
}

TEST_CASE("a drawing has sources, links with their quality, second choices and listeners") {
  auto planned = troupe::topology::test::diamond();
  planned.nodes[3].upstreams[0].quality = {
      .delay = 20ms, .loss = 0.01, .bits_per_second = 1'500'000};
  planned.listeners[0].count = 10;
  const auto text = draw(planned);
  CHECK(text.starts_with("digraph \"diamond\" {\n"));
  CHECK(contains(text, "\"studio\" [label=\"studio (tone:440)\", style=bold];"));
  CHECK(contains(text, "\"left\" -> \"bottom\" [label=\"20ms, 1 % lost, 1500 kbit/s\"];"));
  CHECK(contains(text, "\"right\" -> \"bottom\" [style=dashed];"));
  CHECK(contains(text, "\"ear\" [label=\"ear ×10\", shape=ellipse];"));
  CHECK(contains(text, "\"bottom\" -> \"ear\" [arrowhead=open, style=dotted];"));
}
