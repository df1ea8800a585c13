#include "apps/inspect/node_view.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace troupe::inspecting {

std::string node_view::name() const {
  if (latest && !latest->parsed.node.name.empty()) return latest->parsed.node.name;
  return to_string(node);
}

std::vector<std::string> names_of(const std::vector<std::shared_ptr<const node_view>>& nodes) {
  std::map<std::string, std::size_t> uses;
  for (const auto& view : nodes) ++uses[view->name()];
  std::vector<std::string> names;
  for (const auto& view : nodes) {
    auto name = view->name();
    if (uses[name] > 1) name += " (" + to_string(view->node) + ")";
    names.push_back(std::move(name));
  }
  return names;
}

std::vector<event> events_after(const node_view& view, std::uint64_t seen) {
  if (!view.events || seen >= view.events_seen) return {};
  const auto fresh = std::min<std::uint64_t>(view.events_seen - seen, view.events->size());
  return {view.events->end() - static_cast<std::ptrdiff_t>(fresh), view.events->end()};
}

}  // namespace troupe::inspecting
