#pragma once

#include <chrono>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>

#include "protocol/clock.hpp"

namespace troupe::listening {

/// Writes down when sound came: one JSON object a line for each span of frames without a break.
///
/// A break is where frames are missing, or where nothing came for longer than `longest_pause`
/// beyond a frame's length. A span that lasts is told in parts of a second, of which each but the
/// first `continues` the one before, and the very first frame at once: so whoever reads the file
/// knows early that sound comes, and a listener that is killed leaves all but its last second.
class time_line {
 public:
  static constexpr std::chrono::milliseconds longest_pause{150};
  static constexpr std::chrono::seconds longest_part{1};

  /// Throws failure{cannot_create}.
  explicit time_line(const std::string& path);

  /// A frame that came at `received`; `missing_before` are frames that never did. Throws failure.
  void add(unix_time received, std::chrono::nanoseconds duration, std::uint64_t missing_before);

  /// When `look` is to be called at the latest; nothing while there is no open span.
  [[nodiscard]] std::optional<unix_time> due() const;
  /// Writes the open span if nothing more came for it. Throws failure.
  void look(unix_time now);

  /// Writes the open span. Throws failure.
  void finish();

 private:
  struct span {
    unix_time from;
    unix_time to;
    std::uint64_t frames = 0;
    std::uint64_t missing_before = 0;
    bool continues = false;
  };

  std::string path_;
  std::ofstream file_;
  std::optional<span> open_;
  /// Until when the next frame may come without a break; nothing before the first frame.
  std::optional<unix_time> patience_;
};

}  // namespace troupe::listening
