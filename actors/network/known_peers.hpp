#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include <caf/intrusive_ptr.hpp>
#include <caf/node_id.hpp>

#include "protocol/address.hpp"

namespace troupe::network {

class link_scribe;
class multiplexer;

/// What is known of a peer from its connection, whatever it says of itself.
struct known_peer {
  node_address address;
  std::optional<std::string> certificate;  ///< whom it is for; nothing without TLS
  std::int64_t connection = 0;             ///< its number; no other ever has it
};

/// Whose actors may speak to those here, by CAF's names for their nodes.
class known_peers {
 public:
  explicit known_peers(multiplexer& where) : multiplexer_(where) {}

  // From any thread.

  [[nodiscard]] std::optional<known_peer> find(const caf::node_id& node) const;
  /// Ends a connection, if it is still there, and tells why in the log.
  void send_away(std::int64_t connection, const std::string& reason);
  /// Ends one that is not needed any more.
  void hang_up(std::int64_t connection);

  // From within the multiplexer.

  void add(const caf::node_id& node, const known_peer& peer, link_scribe& connection);
  void remove(const link_scribe& connection);

 private:
  struct entry {
    known_peer peer;
    link_scribe* connection = nullptr;  ///< for the multiplexer alone
  };

  /// From within the multiplexer.
  [[nodiscard]] caf::intrusive_ptr<link_scribe> connection_numbered(std::int64_t number) const;

  multiplexer& multiplexer_;
  mutable std::mutex mutex_;
  std::map<caf::node_id, entry> entries_;
};

}  // namespace troupe::network
