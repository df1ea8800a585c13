#include "apps/inspect/report/event_line.hpp"

#include <chrono>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "apps/inspect/text/printable.hpp"

namespace troupe::inspecting {

std::string wall_time(unix_time time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto rest = std::chrono::floor<std::chrono::milliseconds>(time - seconds);
  return fmt::format("{:%H:%M:%S}.{:03}", fmt::localtime(seconds.time_since_epoch().count()),
                     rest.count());
}

std::string event_line(const event& happened) {
  return fmt::format("{} {:<7} {}", wall_time(happened.time), to_string(happened.level),
                     printable(happened.text));
}

}  // namespace troupe::inspecting
