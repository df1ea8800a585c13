#include <iostream>
#include <memory>
#include <utility>

#include <caf/actor_system.hpp>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "actors/network/network_system.hpp"
#include "actors/runtime/actor_system.hpp"
#include "apps/common/exit_status.hpp"
#include "apps/common/json_line.hpp"
#include "apps/common/log.hpp"
#include "apps/common/signals.hpp"
#include "apps/node/given_options.hpp"
#include "apps/node/node.hpp"
#include "apps/node/node_summary.hpp"
#include "apps/node/process_limits.hpp"
#include "apps/node/trial_certificates.hpp"
#include "protocol/failure.hpp"

namespace {

using namespace troupe;

constexpr auto program = "troupe-node";

void print(const node_summary& summary, bool as_json) {
  if (as_json) {
    std::cout << json_line(to_json(summary)) << std::endl;
  } else {
    std::cout << to_text(summary) << std::flush;
  }
  if (!std::cout)
    throw failure{failure_kind::output_failed,
                  "the final account could not be written to standard output"};
}

exit_status run(int count, const char* const* arguments) {
  const ending_signals signals;  // first of all: until then a signal ends the program as it is
  const auto given = read_given_options(count, arguments);
  if (!given) return exit_status::ok;
  if (given->make_certificates) {
    std::cout << make_trial_certificates(*given->make_certificates) << std::flush;
    return exit_status::ok;
  }
  const auto settings = settle(*given);
  use_one_memory_arena();
  start_log(settings.log_level, false, log_writer::background);
  for (const auto& warning : given->warnings) spdlog::warn("{}", warning);
  raise_descriptor_limit();
  runtime::node_system_config config;
  if (settings.probes_actors) config.probes = std::make_shared<probe::probe_board>();
  if (settings.realtime) {
    runtime::lock_memory();
    config.realtime = runtime::realtime_settings{settings.realtime_core};
  }
  if (settings.has_to_do_with_nodes()) network::add_network(config);
  caf::actor_system system{config};
  // The socket first: where another node has it, that node may have the sound device as well.
  auto listener = std::make_shared<delivery::unix_listener>(settings.socket);
  const auto links = join_network(settings, system);
  node served{settings,
              std::move(listener),
              open_sound(settings, links),
              links,
              [&] { return settle(*given).codec; },
              signals,
              system};
  try {
    served.run();
  } catch (...) {
    if (!served.has_stuck_actors()) throw;
    static_cast<void>(finish_log());
    exit_at_once(run_main(program, []() -> exit_status { throw; }));
  }
  const auto tell = [&] {
    print(served.summarize(), settings.json);
    served.throw_if_failed();
    return exit_status::ok;
  };
  if (!served.has_stuck_actors()) return tell();
  static_cast<void>(finish_log());
  exit_at_once(run_main(program, tell));
}

}  // namespace

int main(int count, char** arguments) {
  return run_main_with_log(program, [&] { return run(count, arguments); });
}
