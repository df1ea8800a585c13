#pragma once

#include "protocol/messages.hpp"

namespace troupe::delivery {

/// Who connected `socket`, or listens at the other end of it. All zeros when the kernel does not
/// say.
[[nodiscard]] peer_identity identity_of_peer(int socket);

}  // namespace troupe::delivery
