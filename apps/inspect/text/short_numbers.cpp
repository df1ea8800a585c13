#include "apps/inspect/text/short_numbers.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>

#include <fmt/format.h>

#include "protocol/clock.hpp"

namespace troupe::inspecting {
namespace {

/// Two digits, or all of those before the point.
std::string two_digits(double value) {
  return fmt::format("{:.{}f}", value, value > 0 && value < 9.95 ? 1 : 0);
}

std::string clock_time(std::int64_t seconds) {
  constexpr std::int64_t minute = 60;
  constexpr auto hour = 60 * minute;
  constexpr auto day = 24 * hour;
  if (seconds < minute) return fmt::format("{} s", seconds);
  if (seconds < hour) return fmt::format("{}m{:02}s", seconds / minute, seconds % minute);
  if (seconds < day) return fmt::format("{}h{:02}m", seconds / hour, seconds % hour / minute);
  return fmt::format("{}d{:02}h", seconds / day, seconds % day / hour);
}

}  // namespace

std::string short_time(std::chrono::nanoseconds time) {
  if (time.count() < 0) return "-" + short_time(-time);
  const double microseconds = to_microseconds(time);
  const double milliseconds = to_milliseconds(time);
  const double seconds = milliseconds / 1000;
  if (microseconds < 999.5) return two_digits(microseconds) + " µs";
  if (milliseconds < 999.5) return two_digits(milliseconds) + " ms";
  if (seconds < 9.95) return two_digits(seconds) + " s";
  return clock_time(std::llround(seconds));
}

std::string short_count(double count) {
  if (count < 9999.5) return fmt::format("{:.0f}", count);
  double scaled = count;
  for (const std::string_view unit : {"k", "M", "G"}) {
    scaled /= 1000;
    if (scaled < 999.5) return fmt::format("{}{}", two_digits(scaled), unit);
  }
  return fmt::format("{:.0f}T", scaled / 1000);
}

std::string short_rate(double per_second) {
  if (per_second == 0) return "0";
  if (per_second < 99.95) return fmt::format("{:.1f}", per_second);
  return short_count(per_second);
}

std::string short_bytes(double bytes) {
  constexpr double step = 1024;
  if (bytes < step) return fmt::format("{:.0f} B", bytes);
  double scaled = bytes;
  std::string_view unit;
  for (const std::string_view each : {"KiB", "MiB", "GiB", "TiB"}) {
    unit = each;
    scaled /= step;
    if (scaled < step) break;
  }
  return fmt::format("{} {}", two_digits(scaled), unit);
}

}  // namespace troupe::inspecting
