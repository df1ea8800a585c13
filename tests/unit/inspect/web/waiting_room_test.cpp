#include "apps/inspect/web/waiting_room.hpp"

#include <array>
#include <chrono>
#include <thread>

#include <doctest/doctest.h>
#include <sys/socket.h>

#include "apps/inspect/web/loopback_listeners.hpp"

using namespace troupe;
using inspecting::web::listen_on_loopback;
using inspecting::web::waiting_room;

TEST_CASE("a room ends although its last guest goes at the same moment") {
  using namespace std::chrono_literals;
  for (int i = 0; i < 5000; ++i) {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) == 0);
    waiting_room room{listen_on_loopback(0).sockets, [](descriptor, const std::string&) {}};
    room.see_off(descriptor{ends[0]});
    std::this_thread::sleep_for(100us);  // until it waits for that guest
    descriptor{ends[1]}.reset();
    const auto end = std::chrono::steady_clock::now() + i % 100 * 1us;
    while (std::chrono::steady_clock::now() < end) continue;
  }
}
