#pragma once

#include <string>
#include <string_view>

#include "protocol/descriptor.hpp"

namespace troupe::inspecting::test {

/// A connection to a port of loopback that says what a browser would not.
class plain_visitor {
 public:
  /// Throws std::system_error if nobody takes it.
  explicit plain_visitor(int port);

  void say(std::string_view text) const;
  /// Says nothing more, but may hear.
  void stop_talking() const;
  /// All that comes until the server ends the connection, or has been silent for 5 s.
  [[nodiscard]] std::string hear_all() const;

 private:
  descriptor socket_;
};

}  // namespace troupe::inspecting::test
