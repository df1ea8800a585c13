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
  link_throughput,
  probe,
  probe_throughput,
  inspected
};

/// In the order in which they run.
inline constexpr std::array all_scenarios{
    scenario::latency,   scenario::throughput,       scenario::fanout,
    scenario::isolation, scenario::encode,           scenario::link,
    scenario::link_veth, scenario::link_tls,         scenario::link_throughput,
    scenario::probe,     scenario::probe_throughput, scenario::inspected};

/// Whether it is measured where all are: not what root alone can, nor what watching the node costs.
[[nodiscard]] constexpr bool is_one_of_all(scenario which) {
  return which != scenario::link_veth && which < scenario::probe;
}

[[nodiscard]] constexpr std::string_view to_string(scenario which) {
  constexpr std::array<std::string_view, all_scenarios.size()> names{
      "latency",   "throughput", "fanout",          "isolation", "encode",           "link",
      "link-veth", "link-tls",   "link-throughput", "probe",     "probe-throughput", "inspected"};
  return names.at(static_cast<std::size_t>(which));
}

}  // namespace troupe::bench
