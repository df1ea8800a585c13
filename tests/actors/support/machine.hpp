#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include <caf/all.hpp>
#include <doctest/doctest.h>

#include "actors/network/link_doorman.hpp"
#include "actors/network/multiplexer.hpp"
#include "actors/network/network_system.hpp"
#include "actors/network/tcp_socket.hpp"
#include "actors/runtime/actor_system.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::test {

/// An actor system that others reach over loopback.
struct machine {
  /// Without `tls` links are plain.
  explicit machine(std::shared_ptr<const network::tls_context> its_tls = {})
      : tls(std::move(its_tls)) {}

  struct networked_config : runtime::node_system_config {
    networked_config() { network::add_network(*this); }
  };

  /// At a port of its own, which it returns.
  template <class Handle>
  std::uint16_t publish(const Handle& whom, const network::link_limits& limits = {}) {
    auto listener = network::listen_at(network::parse_endpoint("127.0.0.1", 0).value());
    const auto at = network::describe(network::local_endpoint(listener.get()));
    const caf::io::doorman_ptr doorman = caf::make_counted<network::link_doorman>(
        network::multiplexer::of(system), std::move(listener), at, tls, limits);
    caf::anon_send(broker, caf::publish_atom::value, doorman, at.port,
                   caf::actor_cast<caf::strong_actor_ptr>(whom),
                   system.message_types(caf::detail::type_list<Handle>{}));
    return at.port;
  }

  /// What is published at `port`.
  template <class Handle>
  Handle connect(std::uint16_t port,
                 network::link_purpose purpose = network::link_purpose::unknown) {
    auto socket = network::begin_to_connect(network::parse_endpoint("127.0.0.1", port).value());
    REQUIRE(socket);
    const caf::io::scribe_ptr scribe = caf::make_counted<network::link_scribe>(
        network::multiplexer::of(system),
        network::make_stream(std::move(socket), network::initiative::ours, tls),
        node_address{"127.0.0.1", port}, network::initiative::ours, purpose);
    caf::scoped_actor self{system};
    Handle result;
    self->request(broker, std::chrono::seconds{5}, caf::connect_atom::value, scribe, port)
        .receive([&](const caf::node_id&, const caf::strong_actor_ptr& whom,
                     const std::set<std::string>&) { result = caf::actor_cast<Handle>(whom); },
                 [&](const caf::error& error) { FAIL(system.render(error)); });
    return result;
  }

  std::shared_ptr<const network::tls_context> tls;
  networked_config config;
  caf::actor_system system{config};
  caf::actor broker = network::broker_of(system);
};

}  // namespace troupe::test
