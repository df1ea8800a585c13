#include "apps/topology/random_topology.hpp"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "apps/topology/seeded_numbers.hpp"
#include "apps/topology/shape_sections.hpp"

namespace troupe::topology {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_relays_of_one = 4;

/// One link in three is not as good as the machine's own.
link_quality random_quality(seeded_numbers& numbers) {
  link_quality quality;
  if (!numbers.happens(33)) return quality;
  quality.delay = numbers.between(1ms, 30ms);
  if (numbers.happens(30)) quality.loss = static_cast<double>(numbers.between(1, 20)) / 10 / 100;
  if (numbers.happens(15)) quality.bits_per_second = numbers.between(5, 50) * 100'000;
  return quality;
}

/// Grows a plan node by node; what is above a node is always there before it.
class grower {
 public:
  grower(std::uint64_t seed, const random_topology_settings& settings)
      : numbers_(seed), settings_(settings) {
    planned_.name = fmt::format("random-{}", seed);
    planned_.duration = settings.duration;
  }

  [[nodiscard]] plan grow() {
    const auto count = numbers_.between(settings_.least_nodes, settings_.most_nodes);
    planned_.nodes.push_back(
        {.name = "studio", .source = "tone:440", .upstreams = {}, .options = {}, .expected = {}});
    relays_.resize(count);
    for (std::size_t i = 1; i < count; ++i) add_relay(i);
    for (std::size_t i = 0; i < count; ++i) add_listeners(i);
    return std::move(planned_);
  }

 private:
  void add_relay(std::size_t node) {
    planned_node relay{.name = fmt::format("relay-{}", node),
                       .source = {},
                       .upstreams = {},
                       .options = {},
                       .expected = {}};
    const auto preferred = upstream_with_room(node);
    relay.upstreams.push_back(link_to(preferred));
    if (node > 1 && numbers_.happens(40)) {
      // Any but the preferred one.
      const auto other = (preferred + numbers_.between(1, node - 1)) % node;
      relay.upstreams.push_back(link_to(other));
    }
    planned_.nodes.push_back(std::move(relay));
  }

  /// Half of them near the end, so that it gets deep.
  std::size_t upstream_with_room(std::size_t node) {
    constexpr std::size_t near = 3;
    for (;;) {
      const auto first = node > near && numbers_.happens(50) ? node - near : 0;
      const auto candidate = numbers_.between(first, node - 1);
      if (relays_[candidate] < most_relays_of_one) return candidate;
    }
  }

  planned_link link_to(std::size_t upstream) {
    ++relays_[upstream];
    return {.upstream = planned_.nodes[upstream].name, .quality = random_quality(numbers_)};
  }

  void add_listeners(std::size_t node) {
    if (relays_[node] > 0 && !numbers_.happens(40)) return;
    const auto& name = planned_.nodes[node].name;
    const auto count = numbers_.between(1, 3);
    planned_.listeners.push_back({.name = usual_listener_name(name),
                                  .node = name,
                                  .count = count,
                                  .over_link = numbers_.happens(25),
                                  .expected = {.most_missing_frames = {},
                                               .most_gaps = {},
                                               .most_latency_p50 = {},
                                               .most_latency_p99 = {},
                                               .most_recovery = 2s}});
  }

  seeded_numbers numbers_;
  random_topology_settings settings_;
  std::vector<std::size_t> relays_;  ///< how many each node has
  plan planned_;
};

}  // namespace

plan random_topology(std::uint64_t seed, const random_topology_settings& settings) {
  return grower{seed, settings}.grow();
}

}  // namespace troupe::topology
