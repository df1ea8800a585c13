#include "apps/topology/time_text.hpp"

#include <cmath>

#include <fmt/format.h>

namespace troupe::topology {
namespace {

std::string three_digits(double value) {
  const auto size = std::abs(value);
  return fmt::format("{:.{}f}", value, size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
}

}  // namespace

std::string exact_text(std::chrono::microseconds time) {
  constexpr std::chrono::microseconds::rep millisecond = 1000;
  constexpr auto second = 1000 * millisecond;
  const auto count = time.count();
  if (count % second == 0) return fmt::format("{}s", count / second);
  if (count % millisecond == 0) return fmt::format("{}ms", count / millisecond);
  return fmt::format("{}us", count);
}

std::string readable_text(std::chrono::microseconds time) {
  using namespace std::chrono_literals;
  return time < 1s && time > -1s ? three_digits(in_milliseconds(time)) + " ms"
                                 : three_digits(in_seconds(time)) + " s";
}

double in_seconds(std::chrono::microseconds time) {
  return std::chrono::duration<double>{time}.count();
}

double in_milliseconds(std::chrono::microseconds time) {
  return std::chrono::duration<double, std::milli>{time}.count();
}

}  // namespace troupe::topology
