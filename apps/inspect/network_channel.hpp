#pragma once

#include <memory>
#include <string>

#include "actors/network/tls_context.hpp"
#include "apps/inspect/node_channel.hpp"
#include "protocol/address.hpp"

namespace troupe::inspecting {

/// To a node on another machine, at its port for other nodes.
class network_channel final : public node_channel {
 public:
  /// Without `tls` it is plain.
  network_channel(node_address node, std::shared_ptr<const network::tls_context> tls);
  ~network_channel() override;

  void interrupt() override;
  [[nodiscard]] std::string name() const override;

 protected:
  std::string exchange(const std::string& question, std::chrono::milliseconds patience) override;

 private:
  class call;

  std::unique_ptr<call> call_;
};

}  // namespace troupe::inspecting
