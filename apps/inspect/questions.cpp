#include "apps/inspect/questions.hpp"

#include "protocol/clock.hpp"
#include "protocol/failure.hpp"

namespace troupe::inspecting {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

/// A node says so at the latest after 3 s.
constexpr auto patience_for_frame = 8s;
/// It may be tens of MiB, and the network slow.
constexpr auto patience_for_trace = 30s;

}  // namespace

json ask_for_snapshot(node_channel& node) { return node.ask({{"ask", "snapshot"}}); }

event_list ask_for_events(node_channel& node, std::uint64_t after) {
  return parse_events(node.ask({{"ask", "events"}, {"after", after}}));
}

frame_way ask_for_frame(node_channel& node) {
  return parse_frame_way(node.ask({{"ask", "frame"}}, patience_for_frame));
}

void begin_trace(node_channel& node, std::chrono::nanoseconds length) {
  static_cast<void>(
      node.ask({{"ask", "trace"}, {"seconds", std::chrono::duration<double>{length}.count()}}));
}

trace_record ask_for_trace(node_channel& node) {
  return parse_trace(node.ask({{"ask", "trace_result"}}, patience_for_trace));
}

std::string order(node_channel& node, const json& action) {
  const auto answer = node.ask(action);
  const auto done = answer.find("done");
  if (done == answer.end() || !done->is_string())
    throw failure{
        failure_kind::unknown_format,
        "the node at " + node.name() + " does not say what it did; is it of another version?"};
  return done->get<std::string>();
}

}  // namespace troupe::inspecting
