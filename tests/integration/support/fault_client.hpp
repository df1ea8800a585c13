#pragma once

#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include "apps/common/order_line.hpp"

namespace troupe::test {

/// Gives orders for faults to a node that was started with --allow-faults.
class fault_client {
 public:
  /// Connects to the faults' socket beside the node's own. Throws wire_failure when it cannot.
  explicit fault_client(const std::filesystem::path& node_socket);

  /// Sends a line and returns the one that answers it. Throws wire_failure when there is none.
  std::string order(const std::string& line);
  /// The answer to "status".
  nlohmann::json status();
  /// The restarts of all actors so far.
  std::uint64_t restarts();

 private:
  order_line line_;
};

}  // namespace troupe::test
