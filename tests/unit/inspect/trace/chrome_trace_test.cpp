#include "apps/inspect/trace/chrome_trace.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/unit/inspect/trace/two_nodes.hpp"

using namespace troupe;
using namespace troupe::inspecting;
using namespace troupe::inspecting::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

/// A trace as a viewer reads it.
class viewed_trace {
 public:
  explicit viewed_trace(const std::vector<node_trace>& traces)
      : document_(json::parse(to_chrome_trace(traces))) {}

  [[nodiscard]] std::vector<json> events(const std::string& phase) const {
    std::vector<json> result;
    for (const auto& each : document_["traceEvents"])
      if (each["ph"] == phase) result.push_back(each);
    return result;
  }

  [[nodiscard]] const json& other_data() const { return document_["otherData"]; }

  /// The name of what an event is drawn in: "studio" and "source".
  [[nodiscard]] std::pair<std::string, std::string> track_of(const json& event) const {
    std::pair<std::string, std::string> names;
    for (const auto& each : events("M")) {
      if (each["pid"] != event["pid"]) continue;
      if (each["name"] == "process_name") names.first = each["args"]["name"];
      if (each["name"] == "thread_name" && each["tid"] == event["tid"])
        names.second = each["args"]["name"];
    }
    return names;
  }

  /// The last slice to begin of those that an arrow's end lies in.
  [[nodiscard]] json slice_around(const json& end) const {
    json found;
    for (const auto& each : events("X")) {
      const double from = each["ts"];
      const double to = from + each["dur"].get<double>();
      const double at = end["ts"];
      if (each["pid"] == end["pid"] && each["tid"] == end["tid"] && from <= at && at < to)
        if (found.is_null() || from >= found["ts"].get<double>()) found = each;
    }
    return found;
  }

  /// The ends of all arrows, by their number, in the order of the file.
  [[nodiscard]] std::map<std::uint64_t, std::vector<json>> arrows() const {
    std::map<std::uint64_t, std::vector<json>> result;
    for (const auto& each : document_["traceEvents"])
      if (each["ph"] == "s" || each["ph"] == "t" || each["ph"] == "f")
        result[each["id"].get<std::uint64_t>()].push_back(each);
    return result;
  }

 private:
  json document_;
};

}  // namespace

TEST_CASE("each node is a process, each actor a track, each turn a slice") {
  const viewed_trace trace{two_nodes()};
  std::set<std::pair<std::string, std::string>> tracks;
  std::size_t turns = 0;
  for (const auto& each : trace.events("X")) {
    tracks.insert(trace.track_of(each));
    if (each["name"] == "wake_up") ++turns;
  }
  CHECK(tracks == std::set<std::pair<std::string, std::string>>{{"studio", "source"},
                                                                {"studio", "frame_processor"},
                                                                {"studio", "connection:1"},
                                                                {"studio", "link_sender:2"},
                                                                {"relay", "link_receiver"},
                                                                {"relay", "frame_processor"},
                                                                {"relay", "connection:1"}});
  CHECK(turns == 14);
}

TEST_CASE("times are by the clock of the node where the stream begins, from the first on") {
  const viewed_trace trace{two_nodes()};
  const auto slices = trace.events("X");
  const auto first = std::ranges::min_element(
      slices, {}, [](const json& each) { return each["ts"].get<double>(); });
  CHECK((*first)["ts"] == 0);
  CHECK((*first)["name"] == "captured");
  CHECK(trace.other_data()["unix_began_s"] == doctest::Approx(1000.1));
  for (const auto& each : slices)
    if (trace.track_of(each).second == "link_receiver" &&
        each["args"]["frames"] == json{"received 17"})
      CHECK(each["ts"] == doctest::Approx(21'000 - 5));
}

TEST_CASE("both ends of each arrow lie in slices, in different ones, and it goes forward in time") {
  const viewed_trace trace{two_nodes()};
  REQUIRE_FALSE(trace.arrows().empty());
  for (const auto& [number, ends] : trace.arrows()) {
    CAPTURE(number);
    REQUIRE(ends.size() >= 2);
    CHECK(ends.front()["ph"] == "s");
    CHECK(ends.back()["ph"] == "f");
    CHECK(ends.back()["bp"] == "e");
    for (std::size_t i = 0; i < ends.size(); ++i) {
      const auto slice = trace.slice_around(ends[i]);
      CHECK_FALSE(slice.is_null());
      if (i > 0) CHECK(ends[i - 1]["ts"] <= ends[i]["ts"]);
      if (i > 0) CHECK(slice != trace.slice_around(ends[i - 1]));
      if (i > 0 && i + 1 < ends.size()) CHECK(ends[i]["ph"] == "t");
    }
  }
}

TEST_CASE("arrows of one number are of one frame, and each way of a frame is drawn") {
  const viewed_trace trace{two_nodes()};
  std::map<std::uint64_t, std::size_t> ways_of_frame;
  std::set<std::pair<std::uint64_t, std::string>> reached;
  for (const auto& [number, ends] : trace.arrows()) {
    const std::uint64_t frame = ends.front()["args"]["frame"];
    ++ways_of_frame[frame];
    for (const auto& each : ends) CHECK(each["args"] == ends.front()["args"]);
    const auto [node, actor] = trace.track_of(ends.back());
    reached.insert({frame, node + "/" + actor});
  }
  CHECK(ways_of_frame == std::map<std::uint64_t, std::size_t>{{17, 2}, {18, 2}});
  CHECK(reached == std::set<std::pair<std::uint64_t, std::string>>{{17, "studio/connection:1"},
                                                                   {17, "relay/connection:1"},
                                                                   {18, "studio/connection:1"},
                                                                   {18, "relay/connection:1"}});
}

TEST_CASE("a slice says what became of which frame in it, and who sent its message") {
  node_trace node{"node", {}};
  node.record.turns = {
      {.at = 10us, .lasted = 5us, .actor = "source", .message = "ping", .from = "supervisor"}};
  node.record.steps = {{.at = 12us, .actor = "source", .step = "encoded", .frame = {"s", 3}}};
  const auto slices = viewed_trace{{node}}.events("X");
  REQUIRE(slices.size() == 1);
  CHECK(slices.front()["args"]["from"] == "supervisor");
  CHECK(slices.front()["args"]["frames"] == json{"encoded 3"});
}

TEST_CASE("steps that no turn is around have slices of their own, which do not run into others") {
  node_trace node{"node", {}};
  const auto turn = [](auto at, auto lasted) {
    return trace_turn{.at = at, .lasted = lasted, .actor = "a", .message = "m", .from = {}};
  };
  const auto step = [](auto at, std::uint64_t frame) {
    return trace_step{.at = at, .actor = "a", .step = "queued", .frame = {"s", frame}};
  };
  node.record.turns = {turn(10us, 5us), turn(15us, 0us), turn(20us, 1us)};
  node.record.steps = {step(9'900ns, 1),  step(9'500ns, 2), step(15us, 3), step(16us, 4),
                       step(16'500ns, 5), step(21us, 6),    step(11us, 7)};
  const viewed_trace trace{{node}};
  auto slices = trace.events("X");
  std::ranges::sort(slices, {}, [](const json& each) { return each["ts"].get<double>(); });
  for (std::size_t i = 1; i < slices.size(); ++i)
    CHECK(slices[i - 1]["ts"].get<double>() + slices[i - 1]["dur"].get<double>() <=
          doctest::Approx(slices[i]["ts"].get<double>()));
  std::size_t noted = 0;
  for (const auto& each : slices) noted += each["args"].value("frames", json::array()).size();
  CHECK(noted == node.record.steps.size());
}

TEST_CASE("a name may be anything: the file stays JSON") {
  node_trace node{"a \"node\"\n\xff", {}};
  node.record.turns = {{.at = 0us, .lasted = 1us, .actor = "\xfe", .message = "\"", .from = "\\"}};
  const viewed_trace trace{{node}};
  CHECK(trace.events("X").size() == 1);
}

TEST_CASE("where nothing was recorded there is nothing to see") {
  const viewed_trace trace{{{"node", {}}}};
  CHECK(trace.events("X").empty());
  CHECK(trace.arrows().empty());
  CHECK(trace.events("M").size() == 1);
}

TEST_CASE("what there was no room for is told, and how exact the clocks are") {
  auto traces = two_nodes();
  traces[0].record.dropped = 3;
  const auto nodes = viewed_trace{traces}.other_data()["nodes"];
  CHECK(nodes[0]["dropped_events"] == 3);
  CHECK(nodes[1]["clock_offset_us"] == 5000);
  CHECK(nodes[1]["clock_error_us"] == 10);
}
