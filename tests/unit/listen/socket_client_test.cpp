#include "apps/listen/socket_client.hpp"

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/failure.hpp"
#include "tests/unit/listen/fake_node.hpp"
#include "tests/unit/listen/scratch_directory.hpp"

using namespace troupe;
using namespace troupe::listening;
using namespace troupe::listening::test;
using namespace std::chrono_literals;

namespace {

constexpr unix_time stamp{1'700'000'000'123'456'789ns};

std::vector<std::byte> packet_of(std::size_t size) {
  std::vector<std::byte> packet(size);
  for (std::size_t i = 0; i < size; ++i) packet[i] = static_cast<std::byte>(i * 7 % 251);
  return packet;
}

struct observation : node_observer {
  void on_packet(const received_packet& packet) override {
    packets.emplace_back(packet.bytes.begin(), packet.bytes.end());
    timestamps.push_back(packet.timestamp);
  }
  void on_format(const stream_format& format) override { formats.push_back(format); }
  void on_lost() override { ++losses; }

  std::vector<std::vector<std::byte>> packets;
  std::vector<unix_time> timestamps;
  std::vector<stream_format> formats;
  int losses = 0;
};

/// A client of the fake node, on a clock that the test turns.
struct stage {
  scratch_directory directory;
  std::string path = directory.file("node.sock");
  observation seen;
  socket_client client{{.path = path, .talks = true}, seen};
  steady_time now{1h};

  void advance(std::chrono::nanoseconds time = 0ns) { client.advance(now += time); }
  /// Goes to when the client wants to do something, and lets it.
  void advance_to_deadline() { client.advance(now = std::max(now, client.deadline())); }

  void connect(fake_node& node) {
    while (!client.connected()) advance_to_deadline();
    node.accept();
  }
};

std::vector<std::byte> config(const stream_format& format) {
  const auto message = wire::control_message::config(format, stamp);
  return {message.bytes().begin(), message.bytes().end()};
}

failure refusal_at(const std::string& path) {
  observation seen;
  socket_client client{{.path = path, .talks = true}, seen};
  steady_time now{1h};
  try {
    for (int i = 0; i < 100; ++i) client.advance(now = std::max(now, client.deadline()));
  } catch (const failure& refused) {
    return refused;
  }
  FAIL("the client was not refused");
  return {failure_kind::bad_value, ""};
}

bool says(const failure& refused, std::string_view text) {
  return std::string_view{refused.what()}.find(text) != std::string_view::npos;
}

}  // namespace

TEST_CASE("a node that is not there is tried 8 times, after 50, 50, 50, 100, 100, 100 and 200 ms") {
  stage at;
  std::vector<std::chrono::milliseconds> waits;
  const auto try_all = [&] {
    while (true) {
      at.advance_to_deadline();
      waits.push_back(
          std::chrono::duration_cast<std::chrono::milliseconds>(at.client.deadline() - at.now));
    }
  };
  CHECK_THROWS_AS(try_all(), failure);
  CHECK(waits ==
        std::vector<std::chrono::milliseconds>{50ms, 50ms, 50ms, 100ms, 100ms, 100ms, 200ms});
  CHECK_FALSE(at.client.reached());
}

TEST_CASE("a client does not try again before its time") {
  stage at;
  at.advance();
  const auto deadline = at.client.deadline();
  at.advance(49ms);
  CHECK(at.client.deadline() == deadline);
  at.advance(1ms);
  CHECK(at.client.deadline() > deadline);
}

TEST_CASE("a node that starts late is reached") {
  stage at;
  for (int i = 0; i < 7; ++i) at.advance_to_deadline();
  fake_node node{at.path};
  at.connect(node);
  CHECK(at.client.reached());
  CHECK(at.client.counters().reconnects == 0);
}

TEST_CASE("each refusal says what is wrong with the path") {
  const scratch_directory directory;
  const auto absent = refusal_at(directory.file("absent.sock"));
  CHECK(absent.kind() == failure_kind::no_node);
  CHECK(says(absent, directory.file("absent.sock")));
  CHECK(says(absent, "troupe-node --socket"));

  const auto stale = directory.file("stale.sock");
  { const fake_node node{stale}; }
  CHECK(refusal_at(stale).kind() == failure_kind::no_node);
  CHECK(says(refusal_at(stale), "left over"));

  const auto plain = directory.file("plain");
  std::ofstream{plain} << "not a socket";
  CHECK(refusal_at(plain).kind() == failure_kind::no_node);
  CHECK(says(refusal_at(plain), "no socket"));
}

TEST_CASE("a path that no socket can have is refused at once") {
  observation seen;
  const auto make = [&](const std::string& path) {
    const socket_client client{{.path = path, .talks = true}, seen};
  };
  CHECK_NOTHROW(make("/" + std::string(106, 'a')));
  CHECK_THROWS_AS(make("/" + std::string(107, 'a')), failure);
  CHECK_THROWS_AS(make(""), failure);
  CHECK_THROWS_AS(make(std::string{"/a\0b", 4}), failure);
}

TEST_CASE("no permission to connect is told as such") {
  if (::geteuid() == 0 && ::seteuid(65534) != 0) {
    MESSAGE("skipped: cannot become a user without rights");
    return;
  }
  const auto give_back = [] { CHECK(::seteuid(::getuid()) == 0); };
  {
    const scratch_directory directory;
    const auto path = directory.file("node.sock");
    const fake_node node{path};
    REQUIRE(::chmod(path.c_str(), 0) == 0);
    CHECK(refusal_at(path).kind() == failure_kind::not_permitted);
  }
  give_back();
}

TEST_CASE("a client that talks sends one config message, a silent one sends nothing") {
  stage at;
  fake_node node{at.path};
  at.connect(node);
  const auto sent = node.take_received();
  CHECK(sent.size() == wire::header_size + wire::config_payload_size);
  CHECK(sent[4] == std::byte{1});

  socket_client silent{{.path = at.path, .talks = false}, at.seen};
  silent.advance(at.now);
  node.accept();
  CHECK(node.take_received().empty());
}

TEST_CASE("frames come through whole, with their timestamps") {
  stage at;
  fake_node node{at.path};
  at.connect(node);
  const std::vector<std::vector<std::byte>> packets{packet_of(1), packet_of(240), packet_of(4096),
                                                    packet_of(0)};
  std::size_t bytes = 0;
  for (const auto& packet : packets) {
    const auto image = message(wire::message_type::opus_frame, stamp, packet);
    node.send(image);
    bytes += image.size();
  }
  at.advance();
  CHECK(at.seen.packets == packets);
  CHECK(at.seen.timestamps == std::vector<unix_time>(packets.size(), stamp));
  CHECK(at.client.counters().bytes == bytes);
}

TEST_CASE("a node that talks hears once a second which frame has come, a silent one nothing") {
  stage at;
  fake_node node{at.path};
  at.connect(node);
  REQUIRE_FALSE(node.take_received().empty());  // who we are
  const auto play = [&](unix_time captured) {
    node.send(message(wire::message_type::opus_frame, captured, packet_of(10)));
    at.advance(300ms);
  };
  play(stamp);
  CHECK(node.take_received().empty());
  node.send(config(stream_format{}));
  at.advance();
  for (int i = 1; i <= 5; ++i) play(stamp + i * 1s);
  auto expected = message(wire::message_type::ack, stamp + 1s);
  const auto second = message(wire::message_type::ack, stamp + 5s);
  expected.insert(expected.end(), second.begin(), second.end());
  CHECK(node.take_received() == expected);
}

TEST_CASE("messages that come one byte at a time are the same messages") {
  stage at;
  fake_node node{at.path};
  at.connect(node);
  const stream_format format{24000, 1, 480};
  std::vector<std::byte> stream = config(format);
  for (const auto type : {wire::message_type::heartbeat, wire::message_type::ack}) {
    const auto image = message(type, stamp);
    stream.insert(stream.end(), image.begin(), image.end());
  }
  const auto image = message(wire::message_type::opus_frame, stamp, packet_of(300));
  stream.insert(stream.end(), image.begin(), image.end());
  for (const auto& byte : stream) {
    node.send({&byte, 1});
    at.advance();
  }
  CHECK(at.seen.formats == std::vector<stream_format>{format});
  CHECK(at.seen.packets == std::vector<std::vector<std::byte>>{packet_of(300)});
  CHECK(at.client.counters().heartbeats == 1);
  CHECK(at.client.counters().acks == 1);
  CHECK(at.client.counters().protocol_errors == 0);
}

TEST_CASE("garbage is counted, the connection is dropped, and another one is made") {
  stage at;
  fake_node node{at.path};
  at.connect(node);
  node.send(std::vector<std::byte>(64, std::byte{0xFF}));
  at.advance();
  CHECK(at.client.counters().protocol_errors == 1);
  CHECK(at.seen.losses == 1);
  CHECK_FALSE(at.client.connected());
  CHECK(node.client_left());
  at.connect(node);
  CHECK(at.client.counters().reconnects == 1);
  node.send(message(wire::message_type::opus_frame, stamp, packet_of(10)));
  at.advance();
  CHECK(at.seen.packets.size() == 1);
}

TEST_CASE("what came before garbage in the same bytes is heard, what comes after is not") {
  stage at;
  fake_node node{at.path};
  at.connect(node);
  const auto frame = message(wire::message_type::opus_frame, stamp, packet_of(10));
  auto bytes = frame;
  bytes.insert(bytes.end(), 4, std::byte{0});
  bytes.insert(bytes.end(), frame.begin(), frame.end());
  node.send(bytes);
  at.advance();
  CHECK(at.seen.packets.size() == 1);
  CHECK(at.client.counters().protocol_errors == 1);
}

TEST_CASE("a config that cannot be is a protocol error") {
  for (const auto& format : {stream_format{0, 2, 960}, stream_format{48000, 0, 960},
                             stream_format{48000, 3, 960}, stream_format{48000, 2, 0}}) {
    stage at;
    fake_node node{at.path};
    at.connect(node);
    node.send(config(format));
    at.advance();
    CHECK(at.seen.formats.empty());
    CHECK(at.client.counters().protocol_errors == 1);
  }
}

TEST_CASE("a node that hangs up is tried for ever, with delays of at most 5 s") {
  stage at;
  {
    fake_node node{at.path};
    at.connect(node);
    node.hang_up();
    at.advance();
    CHECK(at.seen.losses == 1);
  }
  for (int i = 0; i < 100; ++i) {
    at.advance_to_deadline();
    CHECK(at.client.deadline() - at.now >= 25ms);
    CHECK(at.client.deadline() - at.now <= 5s);
  }
  CHECK(at.client.counters().reconnects == 0);
  fake_node node{at.path};
  at.connect(node);
  CHECK(at.client.counters().reconnects == 1);
}

TEST_CASE("a node that hangs up in the middle of a message leaves nothing of it behind") {
  stage at;
  fake_node node{at.path};
  at.connect(node);
  const auto frame = message(wire::message_type::opus_frame, stamp, packet_of(100));
  node.send(std::span{frame}.first(50));
  at.advance();
  node.hang_up();
  at.advance();
  at.connect(node);
  node.send(frame);
  at.advance();
  CHECK(at.seen.packets == std::vector<std::vector<std::byte>>{packet_of(100)});
  CHECK(at.client.counters().protocol_errors == 0);
}

TEST_CASE("a node that breaks each connection at once is tried less and less often") {
  stage at;
  fake_node node{at.path};
  std::vector<std::chrono::nanoseconds> waits;
  for (int i = 0; i < 25; ++i) {
    at.connect(node);
    node.send(std::vector<std::byte>(1, std::byte{0}));
    at.advance();
    waits.push_back(at.client.deadline() - at.now);
  }
  CHECK(waits.front() <= 75ms);
  CHECK(waits.back() >= 2500ms);
  at.connect(node);
  at.advance(10s);
  node.hang_up();
  at.advance();
  CHECK(at.client.deadline() - at.now <= 75ms);
}

TEST_CASE("a stop is counted and ends the connection") {
  stage at;
  fake_node node{at.path};
  at.connect(node);
  node.send(message(wire::message_type::stop, stamp));
  at.advance();
  CHECK(at.client.counters().stops == 1);
  CHECK(at.seen.losses == 1);
  CHECK(node.client_left());
}

TEST_CASE("a node that talked and falls silent for 3 s is held to hang") {
  stage at;
  fake_node node{at.path};
  at.connect(node);
  node.send(config({}));
  at.advance();
  at.advance(2900ms);
  node.send(message(wire::message_type::heartbeat, stamp));
  at.advance();
  at.advance(2900ms);
  CHECK(at.client.connected());
  at.advance(100ms);
  CHECK_FALSE(at.client.connected());
  CHECK(at.seen.losses == 1);
}

TEST_CASE("a node that never talked may be silent as long as it likes") {
  stage at;
  fake_node node{at.path};
  at.connect(node);
  node.send(message(wire::message_type::opus_frame, stamp, packet_of(10)));
  at.advance();
  at.advance(1h);
  CHECK(at.client.connected());
}

TEST_CASE("a client that was held up itself reads what came before it judges the node") {
  stage at;
  fake_node node{at.path};
  at.connect(node);
  node.send(config({}));
  at.advance();
  node.send(message(wire::message_type::opus_frame, stamp, packet_of(10)));
  at.advance(60s);
  CHECK(at.client.connected());
  CHECK(at.seen.packets.size() == 1);
}
