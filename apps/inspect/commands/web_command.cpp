#include <fmt/format.h>

#include "apps/common/signals.hpp"
#include "apps/inspect/commands/commands.hpp"
#include "apps/inspect/commands/gathering.hpp"
#include "apps/inspect/commands/output.hpp"
#include "apps/inspect/commands/until_ended.hpp"
#include "apps/inspect/web/web_server.hpp"

namespace troupe::inspecting {

exit_status carry_out(const web_command& command, const inspect_options& options) {
  const ending_signals signals;
  const auto watches = watch_nodes(options);
  refuse_if_none_is_there(gather(
      *watches, [](const node_view&) { return true; }, signals.wait_descriptor()));
  const web::web_server server{*watches, command.port};
  print(server.address() + '\n');
  until_ended(*watches, signals, options.duration, [] {});
  return exit_status::ok;
}

}  // namespace troupe::inspecting
