#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/chaos/fault.hpp"

namespace troupe::chaos {

struct heard_frame {
  std::chrono::nanoseconds timestamp{};  ///< the header's: Unix time
  steady_time arrival;
  std::size_t packet_hash = 0;
};

struct heard_connection {
  std::uint64_t number = 0;  ///< the node's for this client
  std::vector<heard_frame> frames;
  bool read_to_end = false;  ///< the node closed it between two messages
};

/// A time in which what a listener hears is not judged, because its own connection was hit, or is
/// not there yet.
struct absence {
  steady_time from;
  std::uint64_t connection = 0;      ///< it had then
  bool needs_new_connection = true;  ///< otherwise the same one comes to itself, not before:
  steady_time hangs_until;
  std::optional<steady_time> until;  ///< the first frame afterwards
};

/// The node did what it must not.
struct trouble {
  steady_time when;
  std::uint64_t connection = 0;
  std::string what;
};

/// All that a listener heard, in order.
struct listener_record {
  std::vector<heard_connection> connections;
  std::vector<absence> absences;
  std::vector<trouble> troubles;
};

}  // namespace troupe::chaos
