#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/common/json_line.hpp"
#include "apps/inspect/commands/commands.hpp"
#include "apps/inspect/commands/output.hpp"
#include "apps/inspect/questions.hpp"
#include "apps/inspect/text/printable.hpp"

namespace troupe::inspecting {

exit_status carry_out(const order_command& command, const inspect_options& options) {
  const auto channel = open_channel(options.nodes.front(), options.channel);
  const auto done = order(*channel, command.action);
  print(options.json
            ? json_line(nlohmann::json{
                  {"version", 1}, {"target", to_string(options.nodes.front())}, {"done", done}}) +
                  '\n'
            : printable(done) + '\n');
  return exit_status::ok;
}

}  // namespace troupe::inspecting
