#pragma once

#include <optional>
#include <string>

#include "apps/topology/plan.hpp"
#include "apps/topology/toml_section.hpp"

namespace troupe::topology {

/// The keys delay, loss_percent and bits_per_second, as far as they are there.
struct given_quality {
  std::optional<std::chrono::milliseconds> delay;
  std::optional<double> loss;
  std::optional<std::uint64_t> bits_per_second;

  void apply_to(link_quality& quality) const;
};

[[nodiscard]] given_quality read_quality(toml_section& section);

/// [[link]]: makes links of `planned` as it says: those of a node, that to an upstream, or all.
void read_link(toml_section section, plan& planned);

}  // namespace troupe::topology
