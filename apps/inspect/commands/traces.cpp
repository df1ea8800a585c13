#include "apps/inspect/commands/traces.hpp"

#include <cstddef>
#include <optional>

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
  std::vector<std::optional<std::size_t>> upstreams;
  for (const auto& each : nodes) {
    result.push_back({.node = each.name, .record = ask_for_trace(*each.channel), .clock = {}});
    upstreams.push_back(each.upstream);
  }
  put_on_one_clock(result, upstreams);
  return result;
}

}  // namespace troupe::inspecting
