#include "apps/topology/running/link_filter.hpp"

#include <cmath>

#include <fmt/format.h>

#include "apps/topology/running/tool.hpp"

namespace troupe::topology {
namespace {

/// Shares are taken in this many parts.
constexpr int parts = 10'000;

std::string rule(const std::string& from, const std::string& to, double share) {
  const auto dropped = std::lround(share * parts);
  const auto chance =
      dropped >= parts ? std::string{} : fmt::format("numgen random mod {} < {} ", parts, dropped);
  return fmt::format("add rule bridge links forward ip saddr {} ip daddr {} {}drop\n", from, to,
                     chance);
}

}  // namespace

std::string rules_for(const std::vector<dropping>& droppings) {
  // nft makes of all lines one change; the table is there for sure when it is deleted.
  std::string result =
      "add table bridge links\n"
      "delete table bridge links\n"
      "add table bridge links\n"
      "add chain bridge links forward { type filter hook forward priority 0; }\n";
  for (const auto& each : droppings) {
    if (each.share <= 0) continue;
    result += rule(each.one, each.other, each.share);
    result += rule(each.other, each.one, each.share);
  }
  return result;
}

void set_droppings(const std::vector<dropping>& droppings, int network_namespace) {
  run_tool("nft", {"-f", "-"}, rules_for(droppings), network_namespace);
}

}  // namespace troupe::topology
