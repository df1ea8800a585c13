#include "protocol/latency_event.hpp"

namespace troupe {

std::string_view to_string(latency_alarm alarm) {
  switch (alarm) {
    case latency_alarm::target:
      return "target";
    case latency_alarm::average:
      return "average";
    case latency_alarm::peak:
      return "peak";
    case latency_alarm::jitter:
      return "jitter";
  }
  return "unknown";
}

std::chrono::nanoseconds latency_thresholds::of(latency_alarm alarm) const {
  switch (alarm) {
    case latency_alarm::target:
      return target;
    case latency_alarm::average:
      return average;
    case latency_alarm::peak:
      return peak;
    case latency_alarm::jitter:
      return jitter;
  }
  return {};
}

}  // namespace troupe
