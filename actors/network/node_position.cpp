#include "actors/network/node_position.hpp"

#include "protocol/random_number.hpp"

namespace troupe::network {

node_position::node_position(std::string name)
    : identity_(node_identity{random_number()}), name_(std::move(name)) {}

bool passes(const link_path& path, node_identity node) {
  return std::find(path.nodes.begin(), path.nodes.end(), node) != path.nodes.end();
}

}  // namespace troupe::network
