#pragma once

#include <string>
#include <string_view>
#include <thread>

#include <caf/fwd.hpp>

#include "actors/delivery/unix_listener.hpp"
#include "apps/node/node_tree.hpp"
#include "protocol/descriptor.hpp"

namespace troupe {

/// Takes orders for faults at a Unix socket, a line each, and answers each with a line: "ok", or
/// "error: " and why. On a thread of its own, one client at a time: it works when all actors hang.
class fault_console {
 public:
  /// Throws failure when the socket cannot be made.
  fault_console(const std::string& path, node_tree& tree, caf::actor_system& system);
  fault_console(const fault_console&) = delete;
  fault_console& operator=(const fault_console&) = delete;
  ~fault_console();

  /// Does what a line says and returns the answer to it.
  std::string obey(std::string_view line);

 private:
  void run();
  void serve(int client);
  [[nodiscard]] bool wait_for(int waited) const;
  [[nodiscard]] std::string status() const;
  [[nodiscard]] std::string unknown_target(const std::string& target) const;

  node_tree& tree_;
  caf::actor_system& system_;
  delivery::unix_listener listener_;
  descriptor ending_;
  std::thread thread_;
};

}  // namespace troupe
