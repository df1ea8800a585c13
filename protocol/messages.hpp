#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <caf/all.hpp>
#include <sys/types.h>

#include "protocol/adaptation.hpp"
#include "protocol/client_number.hpp"
#include "protocol/codec_settings.hpp"
#include "protocol/counters.hpp"
#include "protocol/delivery_tuning.hpp"
#include "protocol/descriptor.hpp"
#include "protocol/frame.hpp"
#include "protocol/frame_inbox.hpp"
#include "protocol/latency_batch.hpp"
#include "protocol/latency_report.hpp"
#include "protocol/stream_format.hpp"
#include "protocol/system_reading.hpp"

/// What the actors tell each other, where it needs a name.
namespace troupe {

/// Who is at the other end of a Unix socket, as the kernel says.
struct peer_identity {
  std::int32_t pid = 0;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, peer_identity& x) {
  return f(x.pid, x.uid, x.gid);
}

/// The descriptor that an actor waits for can be used. Sent once for each time that it waited.
struct readiness {
  bool readable = false;
  bool writable = false;
  bool hung_up = false;  ///< both directions are over, or the descriptor is broken
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, readiness& x) {
  return f(x.readable, x.writable, x.hung_up);
}

/// A client at the door: its descriptor on the way from the acceptor to its connection.
struct accepted_client {
  std::shared_ptr<descriptor> socket;
};

/// One client's account. `reason` is empty while the client is there.
struct client_report {
  client_number client{};
  peer_identity peer;   ///< of one at a socket
  std::string address;  ///< of one at another node; empty for one at a socket
  delivery_counters delivery;
  client_pace pace = client_pace::steady;
  delivery_tuning tuning;
  std::string reason;
  unix_time counted{};  ///< when the ledger was told this
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, client_report& x) {
  return f(x.client, x.peer, x.address, x.delivery, x.pace, x.tuning, x.reason, x.counted);
}

/// All clients' accounts: those who are there, and those who left (the most recent ones by name,
/// all of them in the total).
struct clients_report {
  std::uint64_t clients_served = 0;
  std::uint64_t clients_connected = 0;
  delivery_counters total;
  delivery_counters total_of_links;  ///< of that: those at other nodes
  std::vector<client_report> clients;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, clients_report& x) {
  return f(x.clients_served, x.clients_connected, x.total, x.total_of_links, x.clients);
}

/// What the connection of a client is given.
struct client_place {
  std::shared_ptr<client_report> account;  ///< lent: the connection's to write
  frame_inbox_ptr inbox;
  delivery_tuning tuning;
};

/// A client that did not come by the door for sockets: who it is, and who serves it.
struct arriving_client {
  std::string address;  ///< for people
  std::function<caf::strong_actor_ptr(caf::actor_system&, const client_place&)> make_connection;
};

struct processor_report {
  std::uint64_t frames_accepted = 0;
  std::uint64_t frames_invalid = 0;  ///< refused: not a message, or not an Opus packet
  std::uint64_t frames_unheard = 0;  ///< came while no client was there
  std::uint64_t frames_late = 0;     ///< came after a newer one, from where somebody was stuck
  std::uint64_t bytes_accepted = 0;  ///< of messages with those frames
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, processor_report& x) {
  return f(x.frames_accepted, x.frames_invalid, x.frames_unheard, x.frames_late, x.bytes_accepted);
}

struct source_report {
  std::uint64_t frames_produced = 0;
  std::uint64_t frames_unencodable = 0;  ///< the pool had no free frame to encode into
  std::uint64_t frames_unwanted = 0;     ///< not encoded, since nobody was there to hear them
  std::uint64_t frames_skipped = 0;      ///< let go, since the source was too far behind
  std::uint64_t xruns = 0;
  std::uint64_t device_losses = 0;
  std::uint64_t device_returns = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, source_report& x) {
  return f(x.frames_produced, x.frames_unencodable, x.frames_unwanted, x.frames_skipped, x.xruns,
           x.device_losses, x.device_returns);
}

}  // namespace troupe
