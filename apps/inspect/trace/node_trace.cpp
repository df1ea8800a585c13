#include "apps/inspect/trace/node_trace.hpp"

namespace troupe::inspecting {

void put_on_one_clock(std::vector<node_trace>& traces,
                      const std::vector<std::optional<std::size_t>>& upstreams) {
  for (std::size_t node = 0; node < traces.size(); ++node) {
    auto& clock = traces[node].clock = {};
    std::optional<std::size_t> at = node;
    // No way has more links than there are nodes: what is longer goes round in a circle.
    for (std::size_t links = 0; at && links < traces.size(); ++links) {
      clock.offset += traces[*at].record.clock.offset;
      clock.error += traces[*at].record.clock.error;
      at = upstreams[*at];
    }
  }
}

}  // namespace troupe::inspecting
