#include "actors/network/host_resolver.hpp"

#include "protocol/failure.hpp"

namespace troupe::network {

host_resolver_actor::behavior_type host_resolver(host_resolver_actor::pointer self,
                                                 const node_address& address) {
  return {[self, address](start_atom) {
    self->quit();
    try {
      return host_endpoints{.endpoints = resolve(address.host, address.port), .failure = {}};
    } catch (const failure& trouble) {
      return host_endpoints{.endpoints = {}, .failure = trouble.what()};
    }
  }};
}

}  // namespace troupe::network
