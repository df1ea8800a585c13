#include "protocol/delivery_tuning.hpp"

namespace troupe {

std::string_view to_string(client_pace pace) {
  switch (pace) {
    case client_pace::steady:
      return "steady";
    case client_pace::bursty:
      return "bursty";
    case client_pace::slow:
      return "slow";
  }
  return "unknown";
}

}  // namespace troupe
