#pragma once

#include <cstdint>

#include <nlohmann/json.hpp>

#include "apps/bench/process_cost.hpp"
#include "apps/bench/stream_plan.hpp"

namespace troupe::bench {

/// What a server did and what it cost, from the moment when all clients were there to the last
/// frame.
struct server_result {
  process_cost before_clients;
  process_cost began;
  process_cost ended;
  std::uint64_t frames_delivered = 0;  ///< counted for each client
  std::uint64_t frames_dropped = 0;
  std::uint64_t clients_timed_out = 0;
};

[[nodiscard]] nlohmann::json to_json(const server_result& result, const stream_plan& plan);

}  // namespace troupe::bench
