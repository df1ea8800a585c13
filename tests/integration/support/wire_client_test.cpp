#include "tests/integration/support/wire_client.hpp"

#include <array>
#include <chrono>
#include <cstring>
#include <utility>

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/integration/support/temporary_directory.hpp"

namespace troupe::test {
namespace {

using namespace std::chrono_literals;

/// A client and, in the place of a server, the other end of its connection.
struct connected_pair {
  connected_pair() : connected_pair(make()) {}
  explicit connected_pair(std::array<int, 2> ends) : client(ends[0], 2s), server(ends[1], 2s) {}

  static std::array<int, 2> make() {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
    return ends;
  }

  wire_client client;
  wire_client server;
};

const octets hand_written_frame{0x55, 0x4F, 0x4B, 0x4A, 0x00, 0x03, 0x00, 0x00, 0x00, 0x08,
                                0x07, 0x06, 0x05, 0x04, 0x03, 0x02, 0x01, 0xAA, 0xBB, 0xCC};

TEST_CASE("the independent client writes a message as wire.md says, to the byte") {
  CHECK(wire_bytes(wire_type::opus_frame, {0xAA, 0xBB, 0xCC}, 0x0102030405060708) ==
        hand_written_frame);
  CHECK(wire_bytes(wire_type::heartbeat, {}, -1, 0xFFFFFFFF) ==
        octets{0x55, 0x4F, 0x4B, 0x4A, 0x03, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
               0xFF, 0xFF, 0xFF});
}

TEST_CASE("the independent client reads a message, whole and one byte at a time") {
  for (const bool bytewise : {false, true}) {
    connected_pair ends;
    if (bytewise) ends.client.read_one_byte_at_a_time();
    ends.server.send(hand_written_frame);
    ends.server.send_config({.sample_rate = 48000, .channels = 2, .frame_size = 960});
    const auto frame = ends.client.read_message();
    REQUIRE(frame);
    CHECK(frame->type == wire_type::opus_frame);
    CHECK(frame->timestamp == 0x0102030405060708);
    CHECK(frame->payload == octets{0xAA, 0xBB, 0xCC});
    CHECK(frame->raw == hand_written_frame);
    const auto config = ends.client.read_until(wire_type::config);
    CHECK(config.payload == octets{0x80, 0xBB, 0, 0, 2, 0, 0, 0, 0xC0, 3, 0, 0});
    CHECK(read_config(config) ==
          wire_config{.sample_rate = 48000, .channels = 2, .frame_size = 960});
  }
}

TEST_CASE("the independent client tells an end between messages from one inside a message") {
  connected_pair orderly;
  orderly.server.send(hand_written_frame);
  orderly.server.close();
  CHECK(orderly.client.read_message());
  CHECK_FALSE(orderly.client.read_message());
  for (const std::size_t size : {1U, 16U, 17U, 19U}) {
    connected_pair cut;
    cut.server.send(std::span{hand_written_frame}.first(size));
    cut.server.close();
    CAPTURE(size);
    CHECK_THROWS_AS(static_cast<void>(cut.client.read_message()), wire_failure);
  }
}

TEST_CASE("the independent client refuses a header that breaks the rules") {
  auto magic = hand_written_frame;
  magic[0] = 0x54;
  for (const auto& bytes : {magic, wire_bytes(5), wire_bytes(0, {}, 0, 4097)}) {
    connected_pair ends;
    ends.server.send(bytes);
    CHECK_THROWS_AS(static_cast<void>(ends.client.read_message()), wire_failure);
  }
}

TEST_CASE("the independent client waits no longer than its timeout") {
  connected_pair ends;
  ends.client.set_timeout(30ms);
  CHECK_THROWS_AS(static_cast<void>(ends.client.read_message()), wire_failure);
  CHECK_FALSE(ends.client.readable_within(10ms));
  CHECK_FALSE(ends.client.closes_within(10ms));
  // Nobody reads: the kernel's buffers fill up.
  CHECK_THROWS_AS(ends.client.send(octets(8'000'000)), wire_failure);
}

TEST_CASE("the independent client half-closes and still hears") {
  connected_pair ends;
  ends.client.send_stop();
  ends.client.half_close();
  CHECK(ends.server.read_until(wire_type::stop).raw.size() == 17);
  CHECK_FALSE(ends.server.read_message());
  ends.server.send(hand_written_frame);
  CHECK(ends.client.read_message());
  ends.server.close();
  CHECK(ends.client.closes_within(1s));
  CHECK_FALSE(ends.client.try_send(hand_written_frame));
}

TEST_CASE("the independent client connects to a socket by its path, and says why it cannot") {
  const temporary_directory directory;
  const auto path = directory / "socket";
  CHECK_THROWS_AS(wire_client(path, 20ms), wire_failure);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
  const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
  REQUIRE(::listen(listener, 4) == 0);
  wire_client client{path};
  const wire_client server{::accept(listener, nullptr, nullptr)};
  ::close(listener);
  CHECK(client.try_send(hand_written_frame));
  CHECK(server.readable_within(1s));
}

}  // namespace
}  // namespace troupe::test
