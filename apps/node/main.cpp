#include <iostream>

#include <caf/actor_system.hpp>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "actors/runtime/actor_system.hpp"
#include "apps/common/exit_status.hpp"
#include "apps/common/log.hpp"
#include "apps/common/signals.hpp"
#include "apps/node/given_options.hpp"
#include "apps/node/node.hpp"
#include "apps/node/node_summary.hpp"
#include "apps/node/process_limits.hpp"

namespace {

using namespace troupe;

exit_status run(int count, const char* const* arguments) {
  const auto given = read_given_options(count, arguments);
  if (!given) return exit_status::ok;
  const auto settings = settle(*given);
  start_log(settings.log_level);
  for (const auto& warning : given->warnings) spdlog::warn("{}", warning);
  raise_descriptor_limit();
  use_one_memory_arena();
  const ending_signals signals;
  runtime::actor_system_config config;
  caf::actor_system system{config};
  node served{settings, [&] { return settle(*given).codec; }, signals, system};
  const auto summary = served.run();
  if (settings.json) {
    std::cout << to_json(summary) << std::endl;
  } else {
    std::cout << to_text(summary) << std::flush;
  }
  return exit_status::ok;
}

}  // namespace

int main(int count, char** arguments) {
  return run_main("troupe-node", [&] { return run(count, arguments); });
}
