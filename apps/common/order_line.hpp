#pragma once

#include <chrono>
#include <string>

#include "protocol/descriptor.hpp"

namespace troupe {

/// Gives orders at a Unix socket, a line each, as a node takes them for faults.
class order_line {
 public:
  /// Throws std::system_error if nobody takes orders there.
  explicit order_line(const std::string& path,
                      std::chrono::seconds patience = std::chrono::seconds{10});

  /// Sends a line and returns the one that answers it. Throws std::runtime_error when there is none
  /// in time.
  std::string order(const std::string& line);

 private:
  descriptor socket_;
};

}  // namespace troupe
