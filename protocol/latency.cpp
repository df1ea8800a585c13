#include "protocol/latency.hpp"

namespace troupe {

std::string_view to_string(latency_stage stage) {
  switch (stage) {
    case latency_stage::capture:
      return "capture";
    case latency_stage::encode:
      return "encode";
    case latency_stage::queue:
      return "queue";
    case latency_stage::write:
      return "write";
    case latency_stage::total:
      return "total";
    case latency_stage::end_to_end:
      return "end_to_end";
    case latency_stage::link:
      return "link";
  }
  return "unknown";
}

std::string_view to_string(latency_trend trend) {
  switch (trend) {
    case latency_trend::stable:
      return "stable";
    case latency_trend::increasing:
      return "increasing";
    case latency_trend::decreasing:
      return "decreasing";
    case latency_trend::volatile_:
      return "volatile";
  }
  return "unknown";
}

}  // namespace troupe
