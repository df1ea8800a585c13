#include "actors/network/network_system.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <caf/actor_registry.hpp>
#include <caf/io/basp_broker.hpp>
#include <caf/io/middleman.hpp>

#include "actors/network/multiplexer.hpp"

namespace troupe::network {
namespace {

using namespace std::chrono_literals;

/// Names whom we talk to. A peer of another name is refused before anything else is said.
constexpr const char* application = "troupe";

}  // namespace

void add_network(caf::actor_system_config& config) {
  config.load<caf::io::middleman, multiplexer>();
  config.set("middleman.app-identifiers", std::vector<std::string>{application});
  config.set("middleman.manual-multiplexing", true);  // the reactor's threads do it
  config.set("middleman.attach-utility-actors", true);
  config.set("middleman.workers", 0);  // messages are small: reading them elsewhere costs more
  config.set("middleman.heartbeat-interval", caf::timespan{250ms});
}

caf::actor broker_of(caf::actor_system& system) {
  // CAF takes the thread that made the system for the multiplexer's, and would end the broker there
  // and then, in the middle of its work.
  multiplexer::of(system).thread_id({});
  // Whoever reaches these by name may start actors here, and change settings.
  system.registry().erase(caf::atom("SpawnServ"));
  system.registry().erase(caf::atom("ConfigServ"));
  return system.middleman().named_broker<caf::io::basp_broker>(caf::atom("BASP"));
}

}  // namespace troupe::network
