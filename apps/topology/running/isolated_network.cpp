#include <algorithm>
#include <vector>

#include "apps/topology/running/link_filter.hpp"
#include "apps/topology/running/link_proxy.hpp"
#include "apps/topology/running/network_namespaces.hpp"
#include "apps/topology/running/plan_links.hpp"
#include "apps/topology/running/run_network.hpp"

namespace troupe::topology {
namespace {

constexpr std::uint16_t port_of_all = 4747;

bool takes_a_proxy(const link_quality& quality) {
  return quality.delay.count() > 0 || quality.bits_per_second > 0;
}

bool takes_a_proxy_ever(const plan& planned, std::size_t link, const link_quality& quality) {
  return takes_a_proxy(quality) ||
         std::ranges::any_of(planned.faults, [&](const planned_fault& fault) {
           return fault.kind == fault_kind::quality && takes_a_proxy(fault.quality) &&
                  link_index(planned, fault) == link;
         });
}

/// On the bridge it gets lost for real.
link_quality without_loss(link_quality quality) {
  quality.loss = 0;
  return quality;
}

class isolated_network final : public run_network {
 public:
  isolated_network(const plan& planned, std::uint64_t seed)
      : listeners_(planned.nodes.size()), hosts_(planned.nodes.size() + 1) {
    for (const auto& link : links_of(planned)) add(link, planned, seed);
    filter();
  }

  [[nodiscard]] tcp_place node_place(std::size_t node) const override {
    return {.host = network_namespaces::address(node), .port = port_of_all};
  }
  [[nodiscard]] tcp_place link_place(std::size_t link) const override {
    const auto& it = links_.at(link);
    return it.proxy ? it.proxy->place() : node_place(it.upstream);
  }
  [[nodiscard]] int node_namespace(std::size_t node) const override { return hosts_.host(node); }
  [[nodiscard]] int listeners_namespace() const override { return hosts_.host(listeners_); }

  void set_quality(std::size_t link, const link_quality& quality) override {
    auto& it = links_.at(link);
    it.loss = quality.loss;
    if (it.proxy) it.proxy->set_quality(without_loss(quality));
    filter();
  }
  void set_partitioned(std::size_t link, bool partitioned) override {
    links_.at(link).is_partitioned = partitioned;
    filter();
  }

 private:
  struct link_state {
    std::size_t node = 0;
    std::size_t upstream = 0;
    double loss = 0;
    bool is_partitioned = false;
    std::unique_ptr<link_proxy> proxy;
  };

  void add(const plan_link& link, const plan& planned, std::uint64_t seed) {
    link_state state{.node = link.node,
                     .upstream = link.upstream,
                     .loss = link.quality.loss,
                     .is_partitioned = false,
                     .proxy = nullptr};
    if (takes_a_proxy_ever(planned, links_.size(), link.quality))
      state.proxy = std::make_unique<link_proxy>(
          link_proxy_settings{.target = node_place(link.upstream),
                              .quality = without_loss(link.quality),
                              .seed = seed,
                              .network_namespace = hosts_.host(link.node)});
    links_.push_back(std::move(state));
  }

  void filter() const {
    std::vector<dropping> droppings;
    for (const auto& link : links_)
      droppings.push_back({.one = network_namespaces::address(link.node),
                           .other = network_namespaces::address(link.upstream),
                           .share = link.is_partitioned ? 1.0 : link.loss});
    set_droppings(droppings, hosts_.bridge());
  }

  std::size_t listeners_;
  network_namespaces hosts_;
  std::vector<link_state> links_;
};

}  // namespace

std::unique_ptr<run_network> make_isolated_network(const plan& planned, std::uint64_t seed) {
  return std::make_unique<isolated_network>(planned, seed);
}

}  // namespace troupe::topology
