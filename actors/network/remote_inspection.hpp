#pragma once

#include <cstdint>

namespace troupe::network {

/// Whether a node may be inspected over the network.
enum class remote_inspection : std::uint8_t {
  off,
  look,  ///< it answers questions
  steer  ///< and does what it is told by those who show a certificate
};

}  // namespace troupe::network
