#include <vector>

#include "apps/topology/running/link_proxy.hpp"
#include "apps/topology/running/plan_links.hpp"
#include "apps/topology/running/run_network.hpp"

namespace troupe::topology {
namespace {

class loopback_network final : public run_network {
 public:
  loopback_network(const plan& planned, std::uint64_t seed) {
    for (std::size_t i = 0; i < planned.nodes.size(); ++i) nodes_.push_back(free_loopback_place());
    for (const auto& link : links_of(planned))
      proxies_.push_back(
          std::make_unique<link_proxy>(link_proxy_settings{.target = nodes_[link.upstream],
                                                           .quality = link.quality,
                                                           .seed = seed + proxies_.size(),
                                                           .network_namespace = -1}));
  }

  [[nodiscard]] tcp_place node_place(std::size_t node) const override { return nodes_.at(node); }
  [[nodiscard]] tcp_place link_place(std::size_t link) const override {
    return proxies_.at(link)->place();
  }
  [[nodiscard]] int node_namespace(std::size_t /*node*/) const override { return -1; }
  [[nodiscard]] int listeners_namespace() const override { return -1; }

  void set_quality(std::size_t link, const link_quality& quality) override {
    proxies_.at(link)->set_quality(quality);
  }
  void set_partitioned(std::size_t link, bool partitioned) override {
    proxies_.at(link)->set_partitioned(partitioned);
  }

 private:
  std::vector<tcp_place> nodes_;
  std::vector<std::unique_ptr<link_proxy>> proxies_;
};

}  // namespace

std::unique_ptr<run_network> make_loopback_network(const plan& planned, std::uint64_t seed) {
  return std::make_unique<loopback_network>(planned, seed);
}

}  // namespace troupe::topology
