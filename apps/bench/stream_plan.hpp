#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "actors/network/tls_context.hpp"
#include "protocol/address.hpp"

namespace troupe::bench {

/// What a server is to send in one run, and to whom.
struct stream_plan {
  std::string socket;
  /// Where it serves other nodes, if it does; the listener is then one of those.
  std::optional<node_address> link;
  /// Of network namespaces, as setns takes them: where server and reader of the link are; or both
  /// are where the benchmark is.
  std::optional<std::array<int, 2>> namespaces;
  std::optional<network::tls_files> tls;  ///< of both ends of the link, or it is plain
  std::uint64_t frames = 0;
  /// From one frame to the next; 0: as fast as they are taken.
  std::chrono::nanoseconds period{};
  std::size_t packet_bytes = 320;  ///< with the header a message of 337 bytes
  std::size_t listeners = 1;
  /// Clients that never read, beside the listeners.
  std::size_t stalled = 0;
  std::chrono::nanoseconds write_timeout = std::chrono::seconds{5};

  bool probes_actors = true;
  std::size_t inspectors = 0;  ///< that watch the node

  [[nodiscard]] std::size_t clients() const { return listeners + stalled; }
};

}  // namespace troupe::bench
