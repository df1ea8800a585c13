#include "actors/delivery/peer.hpp"

#include <sys/socket.h>

namespace troupe::delivery {

peer_identity identity_of_peer(int socket) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return {};
  return {.pid = peer.pid, .uid = peer.uid, .gid = peer.gid};
}

}  // namespace troupe::delivery
