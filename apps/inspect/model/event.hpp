#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "protocol/clock.hpp"

namespace troupe::inspecting {

enum class event_level : std::uint8_t { info, warning, error };

[[nodiscard]] std::string_view to_string(event_level level);

/// Something that happened in a node.
struct event {
  std::uint64_t number = 0;
  unix_time time;
  std::string kind;
  event_level level = event_level::info;
  std::string subject;
  std::string text;
};

/// The answer to a question for events.
struct event_list {
  std::vector<event> events;
  std::uint64_t last = 0;  ///< the greatest number that the node has given
};

/// Throws failure{unknown_format}.
[[nodiscard]] event_list parse_events(const nlohmann::json& answer);

}  // namespace troupe::inspecting
