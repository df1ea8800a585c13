#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <utility>

#include "tests/integration/support/wire_client.hpp"

namespace troupe::chaos {

/// Connects listeners to a node, so that it is known which number it gives to each.
class front_door {
 public:
  struct entrance {
    test::wire_client client;
    std::uint64_t number = 0;                 ///< the node's for this client
    std::optional<test::wire_message> first;  ///< what it heard first; nothing if it was shut out
  };

  explicit front_door(std::filesystem::path socket) : socket_(std::move(socket)) {}

  /// Waits until it has heard something, so that nobody comes in between. Throws wire_failure.
  [[nodiscard]] entrance enter();

  /// How many have connected.
  [[nodiscard]] std::uint64_t connected() const;

 private:
  const std::filesystem::path socket_;
  mutable std::mutex mutex_;
  std::uint64_t connected_ = 0;
};

}  // namespace troupe::chaos
