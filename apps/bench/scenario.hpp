#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace troupe::bench {

/// What can be measured.
enum class scenario : std::uint8_t {
  latency,
  throughput,
  fanout,
  isolation,
  encode,
  link,
  link_veth,
  link_tls,
  link_throughput
};

/// In the order in which they run.
inline constexpr std::array all_scenarios{
    scenario::latency,   scenario::throughput, scenario::fanout,
    scenario::isolation, scenario::encode,     scenario::link,
    scenario::link_veth, scenario::link_tls,   scenario::link_throughput};

/// Whether it can be measured by root alone.
[[nodiscard]] constexpr bool needs_rights(scenario which) { return which == scenario::link_veth; }

[[nodiscard]] constexpr std::string_view to_string(scenario which) {
  constexpr std::array<std::string_view, all_scenarios.size()> names{
      "latency", "throughput", "fanout",   "isolation",      "encode",
      "link",    "link-veth",  "link-tls", "link-throughput"};
  return names.at(static_cast<std::size_t>(which));
}

}  // namespace troupe::bench
