#include "apps/node/inspection/trace_documents.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include <caf/atom.hpp>
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "apps/node/node_summary.hpp"
#include "tests/integration/support/sanitizers.hpp"
#include "tests/unit/node/resting_node.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using nlohmann::json;
using probe::message_kind;
using test::resting_node;

namespace {

constexpr steady_time began{1h};

probe::trace_recording recording_of_two_seconds() {
  return {.began = began, .until = began + 2s, .turns = {}, .steps = {}, .dropped = 0};
}

/// As many steps as there is room for.
probe::trace_recording full_recording() {
  auto result = recording_of_two_seconds();
  result.steps.reserve(probe::trace_recorder::room);
  for (std::size_t i = 0; i < probe::trace_recorder::room; ++i)
    result.steps.push_back({.at = began + 10us,
                            .step = probe::frame_step::encoded,
                            .frame = frame_sequence{i},
                            .stream = stream_id{0x9f}});
  return result;
}

std::string text_of(const resting_node& node, const probe::trace_recording& recording) {
  const std::atomic<bool> gives_up{false};
  std::string result;
  CHECK(append_trace(result, node.inspected, recording, gives_up));
  return result;
}

std::int64_t most_memory_kib() {
  node_summary usage;
  read_resource_usage(usage);
  return usage.max_rss_kib;
}

}  // namespace

TEST_CASE("a trace has its turns and its steps, each as an object") {
  resting_node node;
  const auto source = node.probes().kind_of("source");
  auto recording = recording_of_two_seconds();
  recording.dropped = 4;
  recording.turns.push_back({.at = began + 10us,
                             .took = 3us,
                             .actor = {.kind = source},
                             .message = message_kind::of(caf::atom("tick")),
                             .from = probe::actor_kind::node});
  recording.turns.push_back({.at = began + 20us, .actor = {.kind = source}});
  recording.steps.push_back({.at = began + 12us,
                             .actor = {.kind = source, .number = 7},
                             .step = probe::frame_step::queued,
                             .frame = frame_sequence{17},
                             .stream = stream_id{0x9f}});
  const auto trace = json::parse(text_of(node, recording));
  CHECK(trace["seconds"] == 2.0);
  CHECK(trace["dropped"] == 4);
  CHECK(trace["clock"].is_null());
  CHECK(trace["unix_began_s"].is_number());
  REQUIRE(trace["events"].size() == 3);
  const auto& turn = trace["events"][0];
  CHECK(turn["at_us"] == 10.0);
  CHECK(turn["for_us"] == 3.0);
  CHECK(turn["actor"] == "source");
  CHECK(turn["message"] == "tick");
  CHECK(turn["from"] == "node");
  CHECK(trace["events"][1]["at_us"] == 20.0);
  const auto& step = trace["events"][2];
  CHECK(step["at_us"] == 12.0);
  CHECK(step["actor"] == "connection:7");
  CHECK(step["step"] == "queued");
  CHECK(step["frame"] == 17);
  CHECK(step["stream"] == "000000000000009f");
}

TEST_CASE("a trace in which nothing happened has no events") {
  resting_node node;
  const auto trace = json::parse(text_of(node, recording_of_two_seconds()));
  CHECK(trace["events"].is_array());
  CHECK(trace["events"].empty());
}

TEST_CASE("a long trace is written in little more memory than its text takes") {
  if (test::sanitized) {
    MESSAGE("skipped: sanitizers hold on to what is freed");
    return;
  }
  resting_node node;
  const auto recording = full_recording();
  const auto before = most_memory_kib();
  const auto size = static_cast<std::int64_t>(text_of(node, recording).size() / 1024);
  CHECK(size > 10'000);
  CHECK(most_memory_kib() - before < 3 * size);
}

TEST_CASE("a trace that nobody waits for any more is not written to its end") {
  resting_node node;
  const std::atomic<bool> gives_up{true};
  std::string text;
  CHECK_FALSE(append_trace(text, node.inspected, full_recording(), gives_up));
  CHECK(text.size() < 1000);
}
