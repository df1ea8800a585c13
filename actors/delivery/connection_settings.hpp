#pragma once

#include <chrono>

#include "actors/delivery/client_tuner.hpp"
#include "actors/delivery/overflow_policy.hpp"
#include "protocol/delivery_tuning.hpp"

namespace troupe::delivery {

/// What all connections of a node have in common.
struct connection_settings {
  delivery_tuning tuning;
  client_tuner_settings tuner;
  overflow_policy overflow = overflow_policy::drop_oldest;
  std::chrono::nanoseconds write_timeout = std::chrono::seconds{5};
};

}  // namespace troupe::delivery
