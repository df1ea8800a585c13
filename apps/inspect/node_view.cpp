#include "apps/inspect/node_view.hpp"

#include <algorithm>

namespace troupe::inspecting {

std::string node_view::name() const {
  if (latest && !latest->parsed.node.name.empty()) return latest->parsed.node.name;
  return to_string(node);
}

std::vector<event> events_after(const node_view& view, std::uint64_t seen) {
  if (!view.events || seen >= view.events_seen) return {};
  const auto fresh = std::min<std::uint64_t>(view.events_seen - seen, view.events->size());
  return {view.events->end() - static_cast<std::ptrdiff_t>(fresh), view.events->end()};
}

}  // namespace troupe::inspecting
