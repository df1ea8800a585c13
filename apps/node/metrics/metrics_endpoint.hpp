#pragma once

#include <memory>

#include <prometheus/exposer.h>

#include "apps/node/inspection/inspected_node.hpp"
#include "protocol/address.hpp"

namespace troupe {

/// Tells Prometheus about a node, at http://HOST:PORT/metrics, from threads of its own.
class metrics_endpoint {
 public:
  /// `node` outlives this. Throws failure where it cannot listen there.
  metrics_endpoint(const inspected_node& node, const node_address& address);

 private:
  std::shared_ptr<prometheus::Collectable> families_;
  std::unique_ptr<prometheus::Exposer> exposer_;
};

}  // namespace troupe
