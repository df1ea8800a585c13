#include "actors/network/known_peers.hpp"

#include "actors/network/link_scribe.hpp"
#include "actors/network/multiplexer.hpp"

namespace troupe::network {

std::optional<known_peer> known_peers::find(const caf::node_id& node) const {
  const std::lock_guard lock{mutex_};
  const auto found = entries_.find(node);
  if (found == entries_.end()) return std::nullopt;
  return found->second.peer;
}

void known_peers::send_away(std::int64_t connection, const std::string& reason) {
  multiplexer_.post([this, connection, reason] {
    if (const auto found = connection_numbered(connection)) found->refuse(reason);
  });
}

void known_peers::hang_up(std::int64_t connection) {
  multiplexer_.post([this, connection] {
    if (const auto found = connection_numbered(connection)) found->hang_up();
  });
}

caf::intrusive_ptr<link_scribe> known_peers::connection_numbered(std::int64_t number) const {
  const std::lock_guard lock{mutex_};
  for (const auto& [node, each] : entries_)
    if (each.peer.connection == number) return caf::intrusive_ptr<link_scribe>{each.connection};
  return nullptr;
}

void known_peers::add(const caf::node_id& node, const known_peer& peer, link_scribe& connection) {
  const std::lock_guard lock{mutex_};
  entries_.insert_or_assign(node, entry{.peer = peer, .connection = &connection});
}

void known_peers::remove(const link_scribe& connection) {
  const std::lock_guard lock{mutex_};
  std::erase_if(entries_, [&](const auto& each) { return each.second.connection == &connection; });
}

}  // namespace troupe::network
