#pragma once

#include "actors/network/byte_stream.hpp"
#include "protocol/descriptor.hpp"

struct ssl_ctx_st;

namespace troupe::network {

/// Inside TLS, as `context` has it. `socket` is a connected stream socket.
[[nodiscard]] byte_stream_ptr make_tls_stream(descriptor socket, ssl_ctx_st& context,
                                              initiative whose);

}  // namespace troupe::network
