#include "apps/bench/node_process.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <caf/actor_system.hpp>
#include <fmt/format.h>

#include "actors/network/network_system.hpp"
#include "actors/runtime/actor_system.hpp"
#include "apps/common/log.hpp"
#include "apps/common/signals.hpp"
#include "apps/node/process_limits.hpp"

namespace troupe::bench {
namespace {

void refuse_failures(const node_summary& summary) {
  const auto failed = std::find_if(summary.children.begin(), summary.children.end(),
                                   [](const auto& child) { return child.failures > 0; });
  if (failed == summary.children.end()) return;
  throw std::runtime_error{fmt::format("its actor {} failed ({}); the run does not count",
                                       failed->name, failed->last_failure)};
}

sound_origin sound_for(const node_settings& settings, source_maker make_source) {
  auto result = open_sound(settings, nullptr);
  if (make_source) result.make = std::move(make_source);
  return result;
}

struct system_config : runtime::node_system_config {
  explicit system_config(const node_settings& settings) {
    if (settings.probes_actors) probes = std::make_shared<probe::probe_board>();
    if (settings.has_to_do_with_nodes()) network::add_network(*this);
  }
};

void prepare_process() {
  use_one_memory_arena();
  raise_descriptor_limit();
  start_log("off");
}

}  // namespace

struct node_process::parts {
  parts(const node_settings& settings, source_maker make_source)
      : config(settings),
        system(config),
        network(join_network(settings, system)),
        served(
            settings, std::make_shared<delivery::unix_listener>(settings.socket),
            sound_for(settings, std::move(make_source)), network,
            [codec = settings.codec] { return codec; }, signals, system) {}

  ending_signals signals;
  system_config config;
  caf::actor_system system;
  std::shared_ptr<node_network> network;
  node served;
};

node_process::node_process(const node_settings& settings, source_maker make_source) {
  prepare_process();
  parts_ = std::make_unique<parts>(settings, std::move(make_source));
}

node_process::~node_process() {
  // An actor that is stuck uses them still: they go with the process.
  if (parts_->served.has_stuck_actors()) static_cast<void>(parts_.release());
}

node_summary node_process::run() {
  parts_->served.run();
  auto summary = parts_->served.summarize();
  refuse_failures(summary);
  return summary;
}

const node_tree& node_process::tree() const { return parts_->served.tree(); }

node_settings quiet_settings(const std::string& socket) {
  node_settings settings;
  settings.source = silence_source{};
  settings.socket = socket;
  settings.stats_interval = {};
  settings.log_level = "off";
  // It is to look at things, as nodes do, but what is measured stays what it is.
  settings.adaptation.mode = adaptation_mode::watch;
  return settings;
}

}  // namespace troupe::bench
