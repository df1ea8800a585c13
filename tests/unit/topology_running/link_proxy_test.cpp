#include "apps/topology/running/link_proxy.hpp"

#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>

#include "apps/topology/running/tcp_place.hpp"

using namespace troupe;
using namespace troupe::topology;
using namespace std::chrono_literals;

namespace {

constexpr auto patience = 5s;

bool is_readable(const descriptor& socket, std::chrono::milliseconds limit) {
  pollfd readable{.fd = socket.get(), .events = POLLIN, .revents = 0};
  return ::poll(&readable, 1, static_cast<int>(limit.count())) > 0;
}

void say(const descriptor& socket, std::string_view text) {
  CHECK(::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL) ==
        static_cast<ssize_t>(text.size()));
}

/// What comes until there is `size` of it; less at an end.
std::string hear(const descriptor& socket, std::size_t size) {
  std::string result;
  std::array<char, 65'536> buffer;
  while (result.size() < size && is_readable(socket, patience)) {
    const auto count = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
    if (count <= 0) break;
    result.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return result;
}

bool is_ended(const descriptor& socket) {
  char byte = 0;
  return is_readable(socket, patience) && ::recv(socket.get(), &byte, 1, 0) <= 0;
}

descriptor connect_to(const tcp_place& place) {
  auto socket = make_tcp_socket();
  const auto address = address_of(place);
  static_cast<void>(
      ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address));
  pollfd writable{.fd = socket.get(), .events = POLLOUT, .revents = 0};
  CHECK(::poll(&writable, 1, 5000) > 0);
  return socket;
}

/// Two ends that a proxy joins.
struct stage {
  explicit stage(const link_quality& quality)
      : proxy({.target = place_of(listener), .quality = quality, .seed = 1}) {
    near = connect_to(proxy.place());
    REQUIRE(is_readable(listener, patience));
    far = descriptor{::accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
  }

  descriptor listener = listen_on_loopback();
  link_proxy proxy;
  descriptor near;
  descriptor far;
};

std::chrono::nanoseconds time_for(const std::function<void()>& action) {
  const auto begin = std::chrono::steady_clock::now();
  action();
  return std::chrono::steady_clock::now() - begin;
}

}  // namespace

TEST_CASE("a proxy passes on bytes and ends, both ways") {
  stage on{{}};
  say(on.near, "up");
  say(on.far, "down");
  CHECK(hear(on.far, 2) == "up");
  CHECK(hear(on.near, 4) == "down");
  const std::string much(300'000, 'x');
  say(on.far, much.substr(0, 5000));
  CHECK(hear(on.near, 5000).size() == 5000);
  ::shutdown(on.near.get(), SHUT_WR);
  CHECK(is_ended(on.far));
  say(on.far, "still");  // one way is still open
  CHECK(hear(on.near, 5) == "still");
  on.far.reset();
  CHECK(is_ended(on.near));
}

TEST_CASE("a proxy's delay is each way's, and can be changed") {
  stage on{{.delay = 40ms}};
  const auto ask = [&] {
    say(on.near, "?");
    CHECK(hear(on.far, 1) == "?");
    say(on.far, "!");
    CHECK(hear(on.near, 1) == "!");
  };
  CHECK(time_for(ask) >= 80ms);
  on.proxy.set_quality({.delay = 100ms});
  CHECK(time_for(ask) >= 200ms);
}

TEST_CASE("a proxy's bandwidth bounds what passes") {
  stage on{{.bits_per_second = 800'000}};
  const std::string much(20'000, 'x');
  CHECK(time_for([&] {
          say(on.near, much);
          CHECK(hear(on.far, much.size()) == much);
        }) >= 190ms);
}

TEST_CASE("while a link is partitioned nothing passes, and afterwards all") {
  stage on{{}};
  on.proxy.set_partitioned(true);
  say(on.near, "up");
  CHECK_FALSE(is_readable(on.far, 100ms));
  const auto in_vain = connect_to(on.proxy.place());
  CHECK_FALSE(is_readable(on.listener, 50ms));
  on.near.reset();  // nor is an end told
  CHECK_FALSE(is_readable(on.far, 50ms));
  on.proxy.set_partitioned(false);
  CHECK(hear(on.far, 2) == "up");
  CHECK(is_ended(on.far));
  CHECK(is_readable(on.listener, patience));
}

TEST_CASE("whoever gave up during a partition was never there") {
  stage on{{}};
  on.proxy.set_partitioned(true);
  connect_to(on.proxy.place()).reset();
  on.proxy.set_partitioned(false);
  CHECK_FALSE(is_readable(on.listener, 100ms));
}

TEST_CASE("a proxy breaks off connections to where nobody is, and those that break") {
  link_proxy proxy{{.target = free_loopback_place()}};
  const auto near = connect_to(proxy.place());
  CHECK(is_ended(near));

  stage on{{}};
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(on.far.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  on.far.reset();
  CHECK(is_ended(on.near));
}
