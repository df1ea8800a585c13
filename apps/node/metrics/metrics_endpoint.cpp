#include "apps/node/metrics/metrics_endpoint.hpp"

#include <exception>
#include <string>
#include <utility>
#include <vector>

#include <prometheus/collectable.h>

#include "apps/node/metrics/metric_families.hpp"
#include "protocol/failure.hpp"

namespace troupe {
namespace {

class node_metrics final : public prometheus::Collectable {
 public:
  explicit node_metrics(const inspected_node& node) : node_(node) {}

  std::vector<prometheus::MetricFamily> Collect() const override { return metric_families(node_); }

 private:
  const inspected_node& node_;
};

/// Two threads, which nobody may keep for long: who connects and says nothing is let go of.
std::vector<std::string> server_options(const node_address& address) {
  return {"listening_ports",       to_string(address),
          "num_threads",           "2",
          "request_timeout_ms",    "2000",
          "keep_alive_timeout_ms", "500"};
}

}  // namespace

metrics_endpoint::metrics_endpoint(const inspected_node& node, const node_address& address)
    : families_(std::make_shared<node_metrics>(node)) {
  try {
    exposer_ = std::make_unique<prometheus::Exposer>(server_options(address));
  } catch (const std::exception&) {
    throw failure{failure_kind::cannot_create,
                  "--metrics " + to_string(address) +
                      ": nobody can listen there; see whether another program does, or take "
                      "another port"};
  }
  exposer_->RegisterCollectable(families_);
}

}  // namespace troupe
