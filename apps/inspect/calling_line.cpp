#include "apps/inspect/calling_line.hpp"

#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "actors/network/network_system.hpp"
#include "actors/runtime/actor_system.hpp"
#include "actors/runtime/reactor.hpp"

namespace troupe::inspecting {

/// Lives as long as there are lines.
struct calling_line::shared_system {
  struct networked_config : runtime::node_system_config {
    networked_config() { network::add_network(*this); }
  };

  /// All there are, and the addresses that each calls.
  static inline std::mutex mutex;
  static inline std::vector<std::weak_ptr<shared_system>> all;

  /// With the lock held.
  static std::shared_ptr<shared_system> that_does_not_call(const std::string& address) {
    std::erase_if(all, [](const auto& each) { return each.expired(); });
    for (const auto& each : all)
      if (auto system = each.lock(); system && !system->called.contains(address)) return system;
    auto made = std::make_shared<shared_system>();
    all.push_back(made);
    return made;
  }

  networked_config config;
  caf::actor_system actors{config};
  caf::actor broker = network::broker_of(actors);
  std::set<std::string> called;
};

calling_line::calling_line(std::string address) : address_(std::move(address)) {
  const std::lock_guard lock{shared_system::mutex};
  system_ = shared_system::that_does_not_call(address_);
  system_->called.insert(address_);
}

/// The last one ends the system, with the lock open.
calling_line::~calling_line() {
  const std::lock_guard lock{shared_system::mutex};
  system_->called.erase(address_);
}

caf::actor_system& calling_line::actors() const { return system_->actors; }
const caf::actor& calling_line::broker() const { return system_->broker; }
runtime::poller& calling_line::poller() const {
  return runtime::reactor::of(system_->actors).poller();
}

}  // namespace troupe::inspecting
