#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "protocol/clock.hpp"

namespace troupe::inspecting {

/// How a node's clock is to be read beside another one.
struct clock_offset {
  std::chrono::nanoseconds offset{0};  ///< to be added to the node's own times
  std::chrono::nanoseconds error{0};   ///< how much the sum may be off
};

/// Which frame: as its stream's first node numbered it, whichever nodes it passes.
struct frame_name {
  std::string stream;
  std::uint64_t frame = 0;
  friend bool operator==(const frame_name&, const frame_name&) = default;
  friend bool operator<(const frame_name& a, const frame_name& b) {
    return std::tie(a.stream, a.frame) < std::tie(b.stream, b.frame);
  }
};

/// An actor was at work on one message, or a wake-up.
struct trace_turn {
  std::chrono::nanoseconds at{0};  ///< since the trace began
  std::chrono::nanoseconds lasted{0};
  std::string actor;
  std::string message;
  std::string from;
};

/// A frame was somewhere on its way.
struct trace_step {
  std::chrono::nanoseconds at{0};  ///< since the trace began
  std::string actor;
  std::string step;
  frame_name frame;
};

/// What a node's actors did for some seconds.
struct trace_record {
  unix_time began;
  std::chrono::nanoseconds length{0};
  std::uint64_t dropped = 0;  ///< of turns and steps, for want of room
  clock_offset clock;         ///< beside that of the node that it hears
  std::vector<trace_turn> turns;
  std::vector<trace_step> steps;
};

/// One frame's way through a node.
struct frame_way {
  frame_name frame;
  unix_time captured;
  clock_offset clock;             ///< beside that of the node that it hears
  std::vector<trace_step> steps;  ///< their times are since `captured`
};

/// The answers to the questions for a trace's result and for a frame. Throw
/// failure{unknown_format}.
[[nodiscard]] trace_record parse_trace(const nlohmann::json& answer);
[[nodiscard]] frame_way parse_frame_way(const nlohmann::json& answer);

}  // namespace troupe::inspecting
