#include "actors/probe/handler_tally.hpp"

#include <algorithm>

namespace troupe::probe {

void add_up(std::vector<handler_tally>& sum, const std::vector<handler_tally>& more) {
  for (const auto& each : more) {
    auto& known = tally_of(sum, each.message, each.from);
    known.busy += each.busy;
    known.wait += each.wait;
  }
}

handler_tally& tally_of(std::vector<handler_tally>& tallies, message_kind message,
                        actor_kind from) {
  const auto found = std::find_if(tallies.begin(), tallies.end(), [&](const auto& each) {
    return each.message == message && each.from == from;
  });
  if (found != tallies.end()) return *found;
  return tallies.emplace_back(
      handler_tally{.message = message, .from = from, .busy = {}, .wait = {}});
}

}  // namespace troupe::probe
