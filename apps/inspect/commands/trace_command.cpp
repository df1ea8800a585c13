#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <poll.h>

#include "apps/common/json_line.hpp"
#include "apps/common/signals.hpp"
#include "apps/inspect/channel_interrupter.hpp"
#include "apps/inspect/commands/commands.hpp"
#include "apps/inspect/commands/gathering.hpp"
#include "apps/inspect/commands/output.hpp"
#include "apps/inspect/commands/reached_nodes.hpp"
#include "apps/inspect/commands/replacing_file.hpp"
#include "apps/inspect/commands/traces.hpp"
#include "apps/inspect/trace/chrome_trace.hpp"
#include "protocol/failure.hpp"

namespace troupe::inspecting {
namespace {

/// Whether a signal is there, or comes in so much time.
bool comes_within(std::chrono::nanoseconds time, const ending_signals& signals) {
  pollfd signal{.fd = signals.wait_descriptor(), .events = POLLIN, .revents = 0};
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(time);
  return ::poll(&signal, 1, static_cast<int>(milliseconds.count())) > 0;
}

failure ended_early(const std::filesystem::path& file) {
  return {failure_kind::output_failed,
          fmt::format("\"{}\" was not written: a signal came before the recording was over",
                      file.string())};
}

std::vector<node_channel*> channels_to(const std::vector<reached_node>& nodes) {
  std::vector<node_channel*> result;
  result.reserve(nodes.size());
  for (const auto& each : nodes) result.push_back(each.channel.get());
  return result;
}

/// What the nodes are asked meanwhile is called off by a signal.
std::vector<node_trace> record(const std::vector<reached_node>& nodes, const trace_command& command,
                               const ending_signals& signals) {
  const channel_interrupter interrupter{signals.wait_descriptor(), channels_to(nodes)};
  return record_traces(nodes, command.length, [&](auto time) {
    if (comes_within(time, signals)) throw ended_early(command.file);
  });
}

struct trace_counts {
  std::size_t turns = 0;
  std::size_t steps = 0;
  std::uint64_t dropped = 0;
};

trace_counts counts_of(const std::vector<node_trace>& traces) {
  trace_counts result;
  for (const auto& each : traces) {
    result.turns += each.record.turns.size();
    result.steps += each.record.steps.size();
    result.dropped += each.record.dropped;
  }
  return result;
}

std::string said_of(const trace_counts& counts, std::size_t nodes, const trace_command& command) {
  auto text = fmt::format("{}: {} turns of actors and {} steps of frames, in {} {}\n",
                          command.file.string(), counts.turns, counts.steps, nodes,
                          nodes == 1 ? "node" : "nodes");
  if (counts.dropped > 0)
    text += fmt::format("There was no room for {} more: record a shorter time.\n", counts.dropped);
  return text + "Open it at https://ui.perfetto.dev\n";
}

exit_status record_to_file(const trace_command& command, const inspect_options& options,
                           const ending_signals& signals) {
  const auto reached = reach(options, signals.wait_descriptor());
  // Before the recording: whoever has waited for it would not like to hear of it then.
  replacing_file file{command.file};
  const auto traces = record(reached.nodes, command, signals);
  file.write(to_chrome_trace(traces));
  const auto counts = counts_of(traces);
  print(options.json ? json_line(nlohmann::json{{"version", 1},
                                                {"file", command.file.string()},
                                                {"nodes", traces.size()},
                                                {"turns", counts.turns},
                                                {"steps", counts.steps},
                                                {"dropped", counts.dropped}}) +
                           '\n'
                     : said_of(counts, traces.size(), command));
  return ended_with(reached.trouble);
}

}  // namespace

exit_status carry_out(const trace_command& command, const inspect_options& options) {
  const ending_signals signals;
  try {
    return record_to_file(command, options, signals);
  } catch (const failure& trouble) {
    // Whoever was called off has not answered, either.
    if (trouble.kind() == failure_kind::no_node && comes_within({}, signals))
      throw ended_early(command.file);
    throw;
  }
}

}  // namespace troupe::inspecting
