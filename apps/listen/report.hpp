#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "actors/network/upstream_record.hpp"
#include "actors/telemetry/latency_histogram.hpp"
#include "protocol/stream_format.hpp"

namespace troupe::listening {

/// What was heard, from the start to now.
struct report {
  std::string socket;
  std::string output;
  std::uint64_t frames = 0;          ///< that came from the node
  std::uint64_t missing_frames = 0;  ///< that should have come, by the frames' times
  std::uint64_t bytes = 0;           ///< all that came from the node, headers included
  std::uint64_t opus_bytes = 0;      ///< Opus packets alone
  /// Length of the sound put out, with what was made up for missing frames.
  std::chrono::nanoseconds duration{0};
  /// Since the program was started.
  std::chrono::nanoseconds elapsed{0};
  telemetry::latency_histogram latency;
  std::uint64_t frames_from_future = 0;  ///< whose time lies ahead of our clock
  std::uint64_t reconnects = 0;
  std::uint64_t stops = 0;  ///< ends in good order that the node announced
  std::uint64_t decode_errors = 0;
  std::uint64_t protocol_errors = 0;
  std::uint64_t samples_dropped = 0;  ///< that came too fast for the output
  double peak_dbfs = 0;
  double rms_dbfs = 0;
  std::optional<stream_format> format;           ///< what the output was begun with
  std::optional<network::upstream_report> link;  ///< of a listener at another node
};

/// One JSON object on one line.
[[nodiscard]] std::string to_json(const report& heard);

/// A few lines for a reader, each with its line end.
[[nodiscard]] std::string to_text(const report& heard);

}  // namespace troupe::listening
