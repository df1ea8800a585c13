#include "tests/unit/inspect/trace/two_nodes.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace troupe::inspecting::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

void add_turn(trace_record& record, nanoseconds at, nanoseconds lasted, const std::string& actor) {
  record.turns.push_back(
      {.at = at, .lasted = lasted, .actor = actor, .message = "wake_up", .from = {}});
}

void add_step(trace_record& record, nanoseconds at, const std::string& actor,
              const std::string& step, std::uint64_t frame) {
  record.steps.push_back(
      {.at = at, .actor = actor, .step = step, .frame = {stream_of_two_nodes, frame}});
}

/// Its capture is before the turn that encodes it.
void pass_studio(trace_record& record, std::uint64_t frame, nanoseconds captured) {
  add_step(record, captured, "source", "captured", frame);
  add_turn(record, captured + 20'000us, 300us, "source");
  add_step(record, captured + 20'290us, "source", "encoded", frame);
  add_turn(record, captured + 20'310us, 20us, "frame_processor");
  add_step(record, captured + 20'320us, "frame_processor", "processed", frame);
  add_turn(record, captured + 20'340us, 30us, "connection:1");
  add_step(record, captured + 20'345us, "connection:1", "queued", frame);
  add_step(record, captured + 20'365us, "connection:1", "written", frame);
  add_turn(record, captured + 20'380us, 30us, "link_sender:2");
  add_step(record, captured + 20'400us, "link_sender:2", "sent", frame);
}

void pass_relay(trace_record& record, std::uint64_t frame, nanoseconds received) {
  add_turn(record, received - 5us, 40us, "link_receiver");
  add_step(record, received, "link_receiver", "received", frame);
  add_turn(record, received + 50us, 20us, "frame_processor");
  add_step(record, received + 60us, "frame_processor", "processed", frame);
  add_turn(record, received + 80us, 30us, "connection:1");
  add_step(record, received + 85us, "connection:1", "queued", frame);
  add_step(record, received + 100us, "connection:1", "written", frame);
}

}  // namespace

std::vector<node_trace> two_nodes() {
  node_trace studio{"studio", {.began = unix_time{1000s}, .length = 1s}};
  pass_studio(studio.record, 17, 100ms);
  pass_studio(studio.record, 18, 120ms);
  node_trace relay{"relay", {.began = unix_time{999s}, .length = 1s}};
  relay.record.clock = {.offset = 5ms, .error = 10us};
  // 21 ms after the capture, by a clock that is behind, of a trace that began a second before.
  pass_relay(relay.record, 17, 1'116ms);
  pass_relay(relay.record, 18, 1'136ms);
  std::vector<node_trace> both{studio, relay};
  put_on_one_clock(both, {std::nullopt, 0});
  return both;
}

}  // namespace troupe::inspecting::test
