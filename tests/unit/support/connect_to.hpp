#pragma once

#include <string>

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "protocol/descriptor.hpp"

namespace troupe::test {

/// A client of the Unix socket at `path`.
inline descriptor connect_to(const std::string& path) {
  descriptor client{::socket(AF_UNIX, SOCK_STREAM, 0)};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  REQUIRE(::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
          0);
  return client;
}

}  // namespace troupe::test
