#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include <nlohmann/json.hpp>

#include "actors/network/upstream_record.hpp"
#include "protocol/latency_event.hpp"
#include "protocol/messages.hpp"
#include "protocol/supervision.hpp"

/// What a node tells of itself, as JSON: in its last line, and to whoever inspects it.
namespace troupe {

[[nodiscard]] constexpr double unix_seconds(unix_time time) {
  return std::chrono::duration<double>{time.time_since_epoch()}.count();
}

/// A count for each name.
template <class Enum, std::size_t Size>
nlohmann::json by_name(const counter_set<Enum, Size>& counters) {
  auto result = nlohmann::json::object();
  for (std::size_t i = 0; i < Size; ++i) {
    const auto key = static_cast<Enum>(i);
    result[std::string{to_string(key)}] = counters[key];
  }
  return result;
}

/// Of a stretch of time without readings there is nothing to tell.
[[nodiscard]] nlohmann::json to_json(const latency_window& window);
/// Since the start, where nothing else is said.
[[nodiscard]] nlohmann::json to_json(const latency_summary& stage);
[[nodiscard]] nlohmann::json to_json(const latency_event& event);
/// What the readings themselves cost.
[[nodiscard]] nlohmann::json cost_to_json(const latency_report& latency);
[[nodiscard]] nlohmann::json to_json(const stream_tuning& tuning);
[[nodiscard]] nlohmann::json to_json(const adaptation_event& event);
/// The last reading; what could not be read is not there.
[[nodiscard]] nlohmann::json to_json(const system_reading& system);
[[nodiscard]] nlohmann::json to_json(const adaptation_report& adaptation);
[[nodiscard]] nlohmann::json to_json(const client_report& client);
[[nodiscard]] nlohmann::json to_json(const restart_event& restart);
/// What came from other nodes.
[[nodiscard]] nlohmann::json to_json(const network::upstream_report& upstream);
[[nodiscard]] nlohmann::json to_json(const child_status& child);

}  // namespace troupe
