#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "apps/inspect/node_channel.hpp"
#include "apps/inspect/target.hpp"

namespace troupe::inspecting {

/// What a node does, as it does it: on the whole screen, or in lines where there is no terminal.
struct live_command {};

/// The same as a page for browsers of this machine.
struct web_command {
  std::uint16_t port = 0;  ///< one that is free when 0
};

enum class report_format : std::uint8_t { text, json, dot, mermaid };

struct report_command {
  report_format format = report_format::text;
};

struct trace_command {
  std::chrono::nanoseconds length{0};
  std::filesystem::path file;
};

struct frame_command {};

struct events_command {
  bool follows = true;
};

struct order_command {
  nlohmann::json action;  ///< as a node takes it
};

using inspect_command = std::variant<live_command, web_command, report_command, trace_command,
                                     frame_command, events_command, order_command>;

struct inspect_options {
  std::vector<target> nodes;  ///< at least one
  inspect_command command;
  channel_settings channel;
  std::optional<std::chrono::nanoseconds> duration;
  bool follows = false;  ///< goes on to the nodes that those named have their streams from
  bool json = false;
  std::string log_level = "warn";
};

/// Reads the command line. Returns nothing when --help or --version was all that was asked for.
/// Throws failure{bad_value}.
[[nodiscard]] std::optional<inspect_options> read_options(int count, const char* const* arguments);

}  // namespace troupe::inspecting
