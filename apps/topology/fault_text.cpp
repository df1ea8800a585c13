#include "apps/topology/fault_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace troupe::topology {
namespace {

using namespace std::string_view_literals;

constexpr std::array kinds{std::pair{fault_kind::kill, "kill"sv},
                           std::pair{fault_kind::stop, "stop"sv},
                           std::pair{fault_kind::restart, "restart"sv},
                           std::pair{fault_kind::kill_actor, "kill_actor"sv},
                           std::pair{fault_kind::partition, "partition"sv},
                           std::pair{fault_kind::quality, "quality"sv}};

}  // namespace

std::string_view to_string(fault_kind kind) {
  for (const auto& [each, name] : kinds)
    if (each == kind) return name;
  return "unknown";
}

std::optional<fault_kind> fault_kind_named(std::string_view name) {
  for (const auto& [kind, its_name] : kinds)
    if (its_name == name) return kind;
  return std::nullopt;
}

std::vector<std::string_view> fault_kind_names() {
  std::vector<std::string_view> names(kinds.size());
  std::transform(kinds.begin(), kinds.end(), names.begin(),
                 [](const auto& each) { return each.second; });
  return names;
}

bool is_of_link(fault_kind kind) {
  return kind == fault_kind::partition || kind == fault_kind::quality;
}

bool is_momentary(fault_kind kind) {
  return kind == fault_kind::restart || kind == fault_kind::kill_actor;
}

std::string text_of(const planned_fault& fault) {
  const auto kind = to_string(fault.kind);
  if (is_of_link(fault.kind)) return fmt::format("{} {} > {}", kind, fault.upstream, fault.node);
  if (fault.kind == fault_kind::kill_actor)
    return fmt::format("{} {} of {}", kind, fault.actor, fault.node);
  return fmt::format("{} {}", kind, fault.node);
}

}  // namespace troupe::topology
