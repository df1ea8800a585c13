#include "apps/node/node_network.hpp"

#include <set>
#include <utility>

#include <caf/send.hpp>

#include "actors/network/front_door.hpp"
#include "actors/network/link_doorman.hpp"
#include "actors/network/multiplexer.hpp"
#include "actors/network/network_system.hpp"
#include "actors/network/tcp_socket.hpp"
#include "protocol/failure.hpp"

namespace troupe {

node_network::node_network(caf::actor_system& system, const std::string& name,
                           const std::optional<network::tls_files>& tls_files)
    : broker(network::broker_of(system)),
      position(std::make_shared<network::node_position>(name)),
      upstream(std::make_shared<network::upstream_record>()),
      tls(tls_files ? network::open_tls(*tls_files) : nullptr),
      system_(system) {}

void node_network::listen(const node_address& address, bool is_insecure) {
  auto endpoint = network::parse_endpoint(address.host, address.port);
  if (!endpoint) endpoint = network::resolve(address.host, address.port).front();
  if (!network::is_loopback(*endpoint) && !tls && !is_insecure)
    throw failure{failure_kind::bad_value,
                  "--listen " + to_string(address) +
                      ": other machines reach this address, and whoever does could hear; secure it "
                      "with --tls-cert, --tls-key and --tls-ca (troupe-node --make-certs DIR makes "
                      "some), add --insecure if that is all right, or use 127.0.0.1"};
  listener_ = network::listen_at(*endpoint);
  listening_at_ = network::describe(network::local_endpoint(listener_.get()));
}

void node_network::publish(const link_door_actor& links, const inspected_actor& inspectors) {
  if (!listener_) return;
  const auto door = network::make_front_door(system_, links, inspectors);
  const caf::io::doorman_ptr doorman = caf::make_counted<network::link_doorman>(
      network::multiplexer::of(system_), std::move(listener_), *listening_at_, tls);
  caf::anon_send(broker, caf::publish_atom::value, doorman, listening_at_->port,
                 caf::actor_cast<caf::strong_actor_ptr>(door),
                 system_.message_types(caf::detail::type_list<front_door_actor>{}));
}

network::known_peers& node_network::peers() { return network::multiplexer::of(system_).peers(); }

void node_network::close() {
  listener_.reset();
  if (listening_at_) caf::anon_send(broker, caf::close_atom::value, listening_at_->port);
}

std::shared_ptr<node_network> join_network(const node_settings& settings,
                                           caf::actor_system& system) {
  if (!settings.has_to_do_with_nodes()) return nullptr;
  auto result = std::make_shared<node_network>(system, settings.name, settings.tls.files());
  if (settings.listen) result->listen(*settings.listen, settings.insecure);
  return result;
}

}  // namespace troupe
