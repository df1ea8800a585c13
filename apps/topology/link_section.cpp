#include "apps/topology/link_section.hpp"

#include <fmt/format.h>

namespace troupe::topology {

void given_quality::apply_to(link_quality& quality) const {
  if (delay) quality.delay = *delay;
  if (loss) quality.loss = *loss;
  if (bits_per_second) quality.bits_per_second = *bits_per_second;
}

given_quality read_quality(toml_section& section) {
  given_quality result;
  result.delay = section.milliseconds("delay");
  if (const auto percent = section.number("loss_percent")) result.loss = *percent / 100;
  result.bits_per_second = section.whole_number("bits_per_second");
  return result;
}

void read_link(toml_section section, plan& planned) {
  const auto lower = section.text("node");
  const auto upper = section.text("upstream");
  const auto given = read_quality(section);
  section.finish();
  bool is_there = false;
  for (auto& node : planned.nodes) {
    if (lower && node.name != *lower) continue;
    for (auto& link : node.upstreams) {
      if (upper && link.upstream != *upper) continue;
      given.apply_to(link.quality);
      is_there = true;
    }
  }
  if (is_there) return;
  const auto of = lower ? fmt::format(" of node \"{}\"", *lower) : "";
  const auto to = upper ? fmt::format(" to upstream \"{}\"", *upper) : "";
  section.refuse(fmt::format(
      "is about no link: there is none{}{}; name a node and one of its upstreams", of, to));
}

}  // namespace troupe::topology
