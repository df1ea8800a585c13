#pragma once

#include <chrono>
#include <string>

namespace troupe::test {

/// A port of loopback that nobody has just now.
[[nodiscard]] int free_port();
/// `127.0.0.1:PORT`.
[[nodiscard]] std::string at(int port);
/// `troupe://127.0.0.1:PORT`.
[[nodiscard]] std::string link_to(int port);

/// A connection to a port of loopback, with nothing of Troupe in it.
class plain_peer {
 public:
  /// Throws child_failure if nobody takes it.
  explicit plain_peer(int port);
  plain_peer(const plain_peer&) = delete;
  plain_peer& operator=(const plain_peer&) = delete;
  ~plain_peer();

  void say(const std::string& what) const;
  /// Whether the node ends the connection within `limit`; what it says before is passed over.
  [[nodiscard]] bool is_ended_within(std::chrono::milliseconds limit) const;

 private:
  int socket_;
};

}  // namespace troupe::test
