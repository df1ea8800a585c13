#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include "protocol/descriptor.hpp"

namespace troupe::inspecting::test {

/// Serves a control socket, and answers as the test wants.
class fake_node {
 public:
  /// The line that answers a question; nothing hangs up, and an empty line says nothing at all.
  using answering = std::function<std::optional<std::string>(const nlohmann::json& question)>;

  /// At the control socket that is beside `socket`.
  fake_node(const std::string& socket, answering answer);
  fake_node(const fake_node&) = delete;
  fake_node& operator=(const fake_node&) = delete;
  /// Leaves the socket's file where it is, as a node that was killed does.
  ~fake_node();

  /// All that it was asked until now.
  [[nodiscard]] std::vector<nlohmann::json> questions() const;

 private:
  struct client {
    descriptor socket;
    std::string received;
  };

  void run();
  /// False once the client is to be let go.
  bool serve(client& served);

  answering answer_;
  descriptor listener_;
  descriptor ending_;
  std::vector<client> clients_;
  mutable std::mutex mutex_;
  std::vector<nlohmann::json> questions_;
  std::thread thread_;
};

}  // namespace troupe::inspecting::test
