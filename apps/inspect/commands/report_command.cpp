#include <string>

#include "apps/inspect/commands/commands.hpp"
#include "apps/inspect/commands/gathering.hpp"
#include "apps/inspect/commands/output.hpp"
#include "apps/inspect/report/actor_graph.hpp"
#include "apps/inspect/report/report_json.hpp"
#include "apps/inspect/report/report_text.hpp"

namespace troupe::inspecting {
namespace {

bool has_rates(const node_view& view) { return view.between.has_value(); }

std::string written(const node_views& nodes, report_format format) {
  switch (format) {
    case report_format::text:
      return report_text(nodes);
    case report_format::json:
      return report_json(nodes) + '\n';
    case report_format::dot:
      return to_dot(graph_of(nodes));
    case report_format::mermaid:
      return to_mermaid(graph_of(nodes));
  }
  return {};
}

}  // namespace

exit_status carry_out(const report_command& command, const inspect_options& options) {
  const auto watches = watch_nodes(options);
  const auto nodes = gather(*watches, has_rates);
  refuse_if_none_is_there(nodes);
  print(written(nodes, command.format));
  return ended_with(first_trouble(nodes, options.nodes));
}

}  // namespace troupe::inspecting
