#include <chrono>
#include <thread>
#include <utility>

#include <nlohmann/json.hpp>

#include "apps/common/json_line.hpp"
#include "apps/inspect/commands/commands.hpp"
#include "apps/inspect/commands/gathering.hpp"
#include "apps/inspect/commands/output.hpp"
#include "apps/inspect/commands/reached_nodes.hpp"
#include "apps/inspect/commands/traces.hpp"
#include "apps/inspect/questions.hpp"
#include "apps/inspect/trace/followed_frame.hpp"
#include "protocol/failure.hpp"

namespace troupe::inspecting {
namespace {

/// In this time a frame passes all nodes, if any does.
constexpr std::chrono::milliseconds long_enough{1500};

/// What one node says of a frame ends at its own doors: through several nodes, one is looked for
/// among all that they record.
followed_frame follow_through(const std::vector<reached_node>& nodes) {
  const auto traces =
      record_traces(nodes, long_enough, [](auto time) { std::this_thread::sleep_for(time); });
  auto followed = follow_furthest(traces);
  if (!followed)
    throw failure{failure_kind::no_source,
                  "no frame passed any of the nodes; is anybody listening, and is there sound?"};
  return *std::move(followed);
}

followed_frame follow(const std::vector<reached_node>& nodes) {
  if (nodes.size() > 1) return follow_through(nodes);
  const auto& only = nodes.front();
  return follow_one(only.name, ask_for_frame(*only.channel));
}

}  // namespace

exit_status carry_out(const frame_command&, const inspect_options& options) {
  const auto reached = reach(options);
  const auto frame = follow(reached.nodes);
  print(options.json ? json_line(to_json(frame)) + '\n' : to_text(frame));
  return ended_with(reached.trouble);
}

}  // namespace troupe::inspecting
