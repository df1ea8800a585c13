#include <variant>

#include "apps/common/exit_status.hpp"
#include "apps/common/log.hpp"
#include "apps/inspect/commands/commands.hpp"
#include "apps/inspect/options.hpp"

namespace {

using troupe::exit_status;
using namespace troupe::inspecting;

exit_status run(int count, const char* const* arguments) {
  const auto options = read_options(count, arguments);
  if (!options) return exit_status::ok;
  troupe::start_log(options->log_level);
  return std::visit([&](const auto& command) { return carry_out(command, *options); },
                    options->command);
}

}  // namespace

int main(int count, char** arguments) {
  return troupe::run_main("troupe-inspect", [&] { return run(count, arguments); });
}
