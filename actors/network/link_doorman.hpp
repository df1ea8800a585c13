#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <caf/io/doorman.hpp>

#include "actors/network/event_port.hpp"
#include "actors/network/link_scribe.hpp"
#include "actors/network/multiplexer.hpp"
#include "actors/network/tls_context.hpp"
#include "protocol/descriptor.hpp"

namespace troupe::network {

/// Takes peers in at a port, for one of CAF's brokers.
class link_doorman final : public caf::io::doorman, private looked_after {
 public:
  /// `listener` listens at `at`. Without `tls`, links are plain.
  link_doorman(multiplexer& where, descriptor listener, node_address at,
               std::shared_ptr<const tls_context> tls, const link_limits& limits = {});

  bool new_connection() override;
  void launch() override;
  void graceful_shutdown() override;
  void add_to_loop() override { arm(); }
  void remove_from_loop() override { close(); }
  [[nodiscard]] std::string addr() const override { return at_.host; }
  [[nodiscard]] std::uint16_t port() const override { return at_.port; }

 private:
  /// Goes on once there may be room again.
  void look(steady_time now) override;
  void take_in();
  void make_room_for(const node_address& peer);
  void arm();
  void close();

  multiplexer& multiplexer_;
  descriptor listener_;
  node_address at_;
  std::shared_ptr<const tls_context> tls_;
  link_limits limits_;
  caf::intrusive_ptr<event_port> events_;
  bool waits_for_room_ = false;
  std::vector<caf::intrusive_ptr<link_scribe>> newcomers_;  ///< the earliest first
};

}  // namespace troupe::network
