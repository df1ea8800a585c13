#include "protocol/adaptation.hpp"

namespace troupe {

std::string_view to_string(adaptation_mode mode) {
  switch (mode) {
    case adaptation_mode::off:
      return "off";
    case adaptation_mode::watch:
      return "watch";
    case adaptation_mode::on:
      return "on";
  }
  return "unknown";
}

std::string_view to_string(adaptation_reason reason) {
  switch (reason) {
    case adaptation_reason::latency:
      return "latency";
    case adaptation_reason::peak:
      return "peak";
    case adaptation_reason::jitter:
      return "jitter";
    case adaptation_reason::encoder:
      return "encoder";
    case adaptation_reason::missed:
      return "missed";
    case adaptation_reason::queue:
      return "queue";
    case adaptation_reason::dropped:
      return "dropped";
    case adaptation_reason::loss:
      return "loss";
    case adaptation_reason::calm:
      return "calm";
    case adaptation_reason::relapse:
      return "relapse";
    case adaptation_reason::rollback:
      return "rollback";
  }
  return "unknown";
}

}  // namespace troupe
