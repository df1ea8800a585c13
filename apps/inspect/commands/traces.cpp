#include "apps/inspect/commands/traces.hpp"

#include "apps/inspect/questions.hpp"

namespace troupe::inspecting {
namespace {

using namespace std::chrono_literals;

/// After the time that was asked for, a trace is soon there.
constexpr auto margin = 100ms;

}  // namespace

std::vector<node_trace> record_traces(const std::vector<reached_node>& nodes,
                                      std::chrono::nanoseconds length,
                                      const std::function<void(std::chrono::nanoseconds)>& pause) {
  for (const auto& each : nodes) begin_trace(*each.channel, length);
  pause(length + margin);
  std::vector<node_trace> result;
  for (const auto& each : nodes) result.push_back({each.name, ask_for_trace(*each.channel)});
  return result;
}

}  // namespace troupe::inspecting
