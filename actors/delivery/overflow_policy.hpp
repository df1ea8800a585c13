#pragma once

#include <cstdint>

namespace troupe::delivery {

/// Which frame gives way when a client's queue is full.
enum class overflow_policy : std::uint8_t {
  drop_oldest,  ///< the oldest unsent one: live sound stays live
  drop_newest,  ///< the one that comes
};

}  // namespace troupe::delivery
