#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/actor_control_block.hpp>

#include "actors/network/tcp_socket.hpp"
#include "actors/runtime/poller.hpp"

namespace troupe::network {

/// What a host's name stands for; nothing, and why.
struct host_endpoints {
  std::vector<tcp_endpoint> endpoints;
  std::string failure;
};

/// Asks the system, on a thread of its own: it may take many seconds, and nobody can stop it. So
/// nobody waits for that thread, either, not even the end of the process.
class host_lookup {
 public:
  /// Begins. `subscriber` is told by a `readiness` once there is an answer.
  host_lookup(runtime::poller& poller, const caf::strong_actor_ptr& subscriber,
              std::function<std::vector<tcp_endpoint>()> resolve);

  /// Nothing while it is under way.
  [[nodiscard]] std::optional<host_endpoints> answer() const;

 private:
  struct desk;

  std::shared_ptr<desk> desk_;  ///< of both threads
  std::optional<runtime::watch> watch_;
};

}  // namespace troupe::network
