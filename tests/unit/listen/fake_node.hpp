#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "protocol/clock.hpp"
#include "protocol/descriptor.hpp"
#include "protocol/wire.hpp"

namespace troupe::listening::test {

/// The bytes of a message.
[[nodiscard]] std::vector<std::byte> message(wire::message_type type, unix_time timestamp,
                                             std::span<const std::byte> payload = {});

/// Serves one client at a time, and says and does what the test wants.
class fake_node {
 public:
  explicit fake_node(const std::string& path);
  fake_node(const fake_node&) = delete;
  fake_node& operator=(const fake_node&) = delete;
  /// Leaves the socket file where it is, as a node that was killed does.
  ~fake_node() = default;

  /// Takes in the client that waits. Throws if none comes within 5 s.
  void accept();
  void send(std::span<const std::byte> bytes);
  void hang_up() { client_.reset(); }
  /// What the client sent until now.
  [[nodiscard]] std::vector<std::byte> take_received();
  /// Whether the client has closed its end.
  [[nodiscard]] bool client_left() const;

 private:
  descriptor listener_;
  descriptor client_;
};

}  // namespace troupe::listening::test
