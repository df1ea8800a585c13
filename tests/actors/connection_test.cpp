#include "actors/delivery/connection.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/socket.h>

#include "tests/actors/support/connection_colleagues.hpp"
#include "tests/actors/support/manual_poller.hpp"
#include "tests/actors/support/sound_frames.hpp"
#include "tests/actors/support/stage.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using test::stage;
using wire::message_type;

namespace {

/// A connection with a client at the other end of a socket pair.
struct served_client {
  explicit served_client(delivery::connection_settings settings = {}, bool answers_joins = true) {
    notes.answers_joins = answers_joins;
    int pair[2] = {-1, -1};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
    client = descriptor{pair[0]};
    server_descriptor = pair[1];
    served = on.spawn(
        delivery::connection, std::make_shared<descriptor>(pair[1]), account, inbox, settings,
        delivery::connection_colleagues{.poller = &poller,
                                        .frame_processor = on.spawn(test::fake_processor, &notes),
                                        .client_registry = on.spawn(test::fake_registry, &notes),
                                        .latency_monitor = on.spawn(test::fake_monitor, &notes)});
    on.run();
  }

  void say(std::span<const std::byte> bytes) {
    REQUIRE(::send(client.get(), bytes.data(), bytes.size(), 0) ==
            static_cast<ssize_t>(bytes.size()));
    poller.fire(server_descriptor, {.readable = true});
    on.run();
  }
  void say(const wire::control_message& message) { say(message.bytes()); }

  /// All messages that have come to the client since the last call.
  std::vector<message_type> hear() {
    std::vector<message_type> result;
    std::array<std::byte, 65536> buffer;
    for (;;) {
      const auto count = ::recv(client.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (count <= 0) {
        closed = count == 0;
        return result;
      }
      bytes_heard += static_cast<std::size_t>(count);
      auto input = std::span<const std::byte>{buffer}.first(static_cast<std::size_t>(count));
      for (;;) {
        const auto next = parser.next(input);
        REQUIRE_FALSE(std::holds_alternative<wire::parse_error>(next));
        if (std::holds_alternative<std::monostate>(next)) break;
        const auto& message = std::get<wire::message_view>(next);
        result.push_back(message.header.type);
        last_heard = message.header.timestamp;
        if (message.header.type == message_type::config)
          last_config = wire::decode_config(message.payload.first<wire::config_payload_size>());
      }
    }
  }

  void post(int count) {
    for (int i = 0; i < count; ++i) {
      const auto frame = frames.next();
      last_offered = frame->info().captured;
      inbox->post(frame, wakeable_behind(served), nullptr);
    }
  }

  /// The frames come one by one.
  void offer(int count) {
    for (int i = 0; i < count; ++i) {
      post(1);
      on.run();
    }
  }

  /// Offers frames until the kernel takes no more.
  void fill_kernel() {
    while (poller.registrations.at(server_descriptor).armed != runtime::interest::read_or_write)
      offer(1);
  }

  void pass_second() {
    on.pass(1s);
    on.tell(served, tick_atom::value);
  }

  const client_report& last_report() {
    if (has_left()) return *account;
    REQUIRE_FALSE(notes.reports.empty());
    return notes.reports.back();
  }
  [[nodiscard]] bool has_left() const { return !account->reason.empty(); }

  test::heard_by_colleagues notes;
  std::shared_ptr<client_report> account = std::make_shared<client_report>();
  frame_inbox_ptr inbox = caf::make_counted<frame_inbox>();
  test::manual_poller poller;
  stage on;
  test::sound_frames frames;
  descriptor client;
  int server_descriptor = -1;
  connection_actor served;
  wire::parser parser;
  stream_format last_config;
  unix_time last_heard;
  unix_time last_offered;
  std::size_t bytes_heard = 0;
  bool closed = false;
};

const delivery::connection_settings small_buffer = [] {
  delivery::connection_settings settings;
  settings.tuning.socket_buffer_bytes = 4096;
  return settings;
}();

}  // namespace

TEST_CASE("a connection joins the frame processor and sends each frame at once") {
  served_client one;
  REQUIRE(one.notes.joined.size() == 1);
  one.offer(3);
  CHECK(one.hear() == std::vector(3, message_type::opus_frame));
}

TEST_CASE("a silent client hears frames only, even over heartbeats, format changes and the end") {
  served_client one;
  one.offer(1);
  one.on.pass(5s);
  codec_settings shorter;
  shorter.frame_duration = 10ms;
  one.frames = test::sound_frames{shorter, 1};
  one.offer(1);
  one.on.tell(one.served, drain_atom::value, std::chrono::nanoseconds{100ms});
  CHECK(one.hear() == std::vector(2, message_type::opus_frame));
  CHECK(one.closed);
}

TEST_CASE("a heartbeat is answered with an ack, and its sender becomes a talking client") {
  served_client one;
  one.say(wire::control_message::heartbeat({}));
  CHECK(one.hear() == std::vector{message_type::ack, message_type::config});
  one.say(wire::control_message::heartbeat({}));
  CHECK(one.hear() == std::vector{message_type::ack});
}

TEST_CASE("a config is answered with an ack and the format in force") {
  served_client one;
  one.say(
      wire::control_message::config({.sample_rate_hz = 8000, .channels = 1, .frame_size = 80}, {}));
  CHECK(one.hear() == std::vector{message_type::ack, message_type::config});
  CHECK(one.last_config == stream_format{});
  one.say(wire::control_message::config({}, {}));
  CHECK(one.hear() == std::vector{message_type::ack, message_type::config});
}

TEST_CASE("an ack is accepted and counted") {
  served_client one;
  one.say(wire::control_message::ack({}));
  CHECK(one.hear() == std::vector{message_type::config});
  one.pass_second();
  CHECK(one.last_report().delivery.messages_received == 1);
}

TEST_CASE("an ack that names a frame tells how long it took to the client, any other does not") {
  served_client one;
  one.account->client = client_number{3};
  one.say(wire::control_message::ack(one.frames.next()->info().captured));  // never offered
  one.offer(2);
  const auto named = one.last_offered;
  one.say(wire::control_message::ack(named));
  one.say(wire::control_message::ack(named + 1h));
  one.say(wire::control_message::ack(named - 1h));
  one.pass_second();
  REQUIRE(one.notes.batches.size() == 1);
  CHECK(one.notes.batches.front().client() == client_number{3});
  const auto samples = one.notes.batches.front().samples();
  const auto is_end_to_end = [](const latency_sample& sample) {
    return sample.stage == latency_stage::end_to_end;
  };
  CHECK(std::count_if(samples.begin(), samples.end(), is_end_to_end) == 1);
  const auto found = std::find_if(samples.begin(), samples.end(), is_end_to_end);
  REQUIRE(found != samples.end());
  CHECK(found->duration > 0ns);
  CHECK(found->duration < unix_now() - named);
}

TEST_CASE("a talking client gets a new config just before the first frame of a new format") {
  served_client one;
  one.say(wire::control_message::heartbeat({}));
  one.hear();
  one.offer(1);
  codec_settings shorter;
  shorter.frame_duration = 10ms;
  one.frames = test::sound_frames{shorter, 1};
  one.offer(2);
  CHECK(one.hear() == std::vector{message_type::opus_frame, message_type::config,
                                  message_type::opus_frame, message_type::opus_frame});
  CHECK(one.last_config.frame_size == 480);
}

TEST_CASE("a talking client gets a heartbeat when nothing else was sent for a second") {
  served_client one;
  one.say(wire::control_message::heartbeat({}));
  one.hear();
  one.on.pass(999ms);
  CHECK(one.hear().empty());
  one.on.pass(2ms);
  CHECK(one.hear() == std::vector{message_type::heartbeat});
  one.on.pass(500ms);
  one.offer(1);
  one.on.pass(700ms);
  CHECK(one.hear() == std::vector{message_type::opus_frame});
  one.on.pass(400ms);
  CHECK(one.hear() == std::vector{message_type::heartbeat});
}

TEST_CASE("a client's stop closes its connection") {
  served_client one;
  one.offer(2);
  one.say(wire::control_message::stop({}));
  CHECK(one.has_left());
  CHECK(one.last_report().delivery.frames_delivered == 2);
  test::check_sums(one.last_report());
}

TEST_CASE("a talking client is told to stop when the node drains, a silent one is just closed") {
  served_client one;
  one.say(wire::control_message::heartbeat({}));
  one.hear();
  one.offer(1);
  one.on.tell(one.served, drain_atom::value, std::chrono::nanoseconds{100ms});
  CHECK(one.hear() == std::vector{message_type::opus_frame, message_type::stop});
  CHECK(one.closed);
  CHECK(one.has_left());
}

TEST_CASE("each protocol error closes the connection and is counted by its kind") {
  const auto error_after = [](auto spoil) {
    served_client one;
    auto bytes = std::vector<std::byte>(wire::header_size);
    wire::encode_header({message_type::heartbeat, 0, {}},
                        std::span<std::byte, wire::header_size>{bytes});
    spoil(bytes);
    one.say(bytes);
    CHECK(one.has_left());
    CHECK(one.last_report().delivery.protocol_errors.total() == 1);
    return one.last_report().delivery.protocol_errors;
  };
  CHECK(error_after([](auto& bytes) { bytes[0] = std::byte{0}; })[protocol_error::bad_magic] == 1);
  CHECK(error_after([](auto& bytes) { bytes[4] = std::byte{5}; })[protocol_error::unknown_type] ==
        1);
  CHECK(error_after([](auto& bytes) {
          bytes[8] = std::byte{0xFF};
        })[protocol_error::oversized_payload] == 1);
  CHECK(error_after(
            [](auto& bytes) { bytes[4] = std::byte{0}; })[protocol_error::unexpected_frame] == 1);
}

TEST_CASE("a client may close its writing side and keep listening") {
  served_client one;
  one.offer(1);
  REQUIRE(::shutdown(one.client.get(), SHUT_WR) == 0);
  one.poller.fire(one.server_descriptor, {.readable = true});
  one.offer(2);
  CHECK(one.hear().size() == 3);
  CHECK_FALSE(one.has_left());
  CHECK(one.poller.registrations.at(one.server_descriptor).armed == runtime::interest::hang_up);
}

TEST_CASE("a hung-up client is gone at once, without a frame to find it out") {
  served_client one;
  one.client.reset();
  one.poller.fire(one.server_descriptor, {.readable = true, .hung_up = true});
  one.on.run();
  CHECK(one.has_left());
}

TEST_CASE("all that a client said before it hung up counts, and its protocol errors too") {
  served_client one;
  std::vector<std::byte> words;
  for (int i = 0; i < 100; ++i) {
    const auto heartbeat = wire::control_message::heartbeat({});
    words.insert(words.end(), heartbeat.bytes().begin(), heartbeat.bytes().end());
  }
  words.insert(words.end(), 20, std::byte{0x42});
  REQUIRE(::send(one.client.get(), words.data(), words.size(), 0) ==
          static_cast<ssize_t>(words.size()));
  one.client.reset();
  one.poller.fire(one.server_descriptor, {.readable = true, .hung_up = true});
  one.on.run();
  REQUIRE(one.has_left());
  CHECK(one.account->delivery.messages_received == 100);
  CHECK(one.account->delivery.protocol_errors[protocol_error::bad_magic] == 1);
}

TEST_CASE("a stalled client hears of the format in force, however often it changes, and the stop") {
  served_client one{small_buffer};
  one.say(wire::control_message::heartbeat({}));
  one.fill_kernel();
  codec_settings settings;
  for (std::uint64_t i = 0; i < 20; ++i) {
    settings.frame_duration = i % 2 == 0 ? 10ms : 20ms;
    one.frames = test::sound_frames{settings, 1000 + i};
    one.offer(1);
  }
  settings.frame_duration = 5ms;
  one.frames = test::sound_frames{settings, 2000};
  std::vector<message_type> heard;
  const auto hear_all = [&] {
    for (int i = 0; i < 50; ++i) {
      for (const auto type : one.hear()) heard.push_back(type);
      one.poller.fire(one.server_descriptor, {.writable = true});
      one.on.run();
    }
  };
  hear_all();
  one.offer(1);
  hear_all();
  CHECK(one.last_config == settings.format());
  one.on.tell(one.served, drain_atom::value, std::chrono::nanoseconds{100ms});
  CHECK(one.hear() == std::vector{message_type::stop});
}

TEST_CASE("a protocol error counts although a frame finds out first that the client has gone") {
  served_client one;
  one.offer(1);
  const std::vector<std::byte> garbage(20, std::byte{0x42});
  REQUIRE(::send(one.client.get(), garbage.data(), garbage.size(), 0) == 20);
  one.client.reset();
  one.offer(1);
  REQUIRE(one.has_left());
  CHECK(one.account->delivery.protocol_errors[protocol_error::bad_magic] == 1);
  CHECK(one.account->delivery.frames_dropped[drop_cause::protocol_error] == 1);
  test::check_sums(one.last_report());
}

TEST_CASE("frames for a client that has closed its socket are dropped as client_gone") {
  served_client one;
  one.offer(1);
  one.client.reset();
  one.offer(1);
  REQUIRE(one.has_left());
  CHECK(one.last_report().delivery.frames_dropped[drop_cause::client_gone] == 1);
  test::check_sums(one.last_report());
}

TEST_CASE("steady streaming asks the poller for nothing more") {
  served_client one;
  one.offer(1);
  const int arms = one.poller.arms;
  one.offer(20);
  CHECK(one.poller.arms == arms);
}

TEST_CASE("a client hears of the format in force, never of another before") {
  served_client one{{}, false};
  one.say(wire::control_message::config({}, {}));
  CHECK(one.hear().empty());  // until the format is known, it is not even read
  const stream_format mono{.sample_rate_hz = 48000, .channels = 1, .frame_size = 480};
  one.on.tell(one.served, mono);
  one.poller.fire(one.server_descriptor, {.readable = true});
  one.on.run();
  CHECK(one.hear() == std::vector{message_type::ack, message_type::config});
  CHECK(one.last_config == mono);
}

TEST_CASE("a client that says little at a time is not read more often than one that says much") {
  served_client one;
  const auto heartbeat = wire::control_message::heartbeat({});
  const auto& armed = one.poller.registrations.at(one.server_descriptor).armed;
  std::size_t said = 0;
  while (armed == runtime::interest::read && said < 5000) {
    one.say(heartbeat.bytes().subspan(said % heartbeat.bytes().size(), 1));
    one.hear();
    ++said;
  }
  CHECK(said == delivery::connection_state::reads_per_second);
  one.pass_second();
  CHECK(armed == runtime::interest::read);
}

TEST_CASE("a client that does not read gets whole frames only and the newest after the oldest") {
  served_client one{small_buffer};
  one.fill_kernel();
  one.offer(20);
  const auto first = one.hear();
  CHECK_FALSE(first.empty());
  CHECK_FALSE(one.parser.in_message());
  one.poller.fire(one.server_descriptor, {.writable = true});
  one.on.run();
  CHECK(one.hear().size() == 6);  // the queue
  CHECK(one.last_heard == one.last_offered);
  one.pass_second();
  CHECK(one.last_report().delivery.frames_dropped[drop_cause::queue_full] > 0);
  test::check_sums(one.last_report());
}

TEST_CASE("a client that takes nothing for the write timeout is closed") {
  auto settings = small_buffer;
  settings.write_timeout = 5s;
  served_client one{settings};
  one.fill_kernel();
  one.on.pass(4900ms);
  CHECK_FALSE(one.has_left());
  one.on.pass(200ms);
  REQUIRE(one.has_left());
  CHECK(one.last_report().delivery.frames_dropped[drop_cause::write_timeout] == 1);
  test::check_sums(one.last_report());
}

TEST_CASE("a slow client that takes something now and then is not closed") {
  auto settings = small_buffer;
  settings.write_timeout = 2s;
  served_client one{settings};
  one.fill_kernel();
  for (int i = 0; i < 10; ++i) {
    one.on.pass(1500ms);
    one.hear();
    one.poller.fire(one.server_descriptor, {.writable = true});
    one.on.run();
    one.fill_kernel();
  }
  CHECK_FALSE(one.has_left());
}

TEST_CASE("many frames that come at once go out at once, however short the queue") {
  served_client one;
  one.post(static_cast<int>(frame_inbox::capacity));
  one.on.run();
  CHECK(one.hear().size() == frame_inbox::capacity);
}

TEST_CASE("frames that found no room in the inbox are accounted for with the next one") {
  served_client one;
  one.post(static_cast<int>(frame_inbox::capacity) + 3);
  one.on.run();
  one.offer(1);
  one.pass_second();
  const auto& delivery = one.last_report().delivery;
  CHECK(delivery.frames_delivered == frame_inbox::capacity + 1);
  CHECK(delivery.frames_dropped[drop_cause::upstream_gap] == 3);
  test::check_sums(one.last_report());
}

TEST_CASE("frames that wait in the inbox when the client leaves are accounted for") {
  served_client one;
  struct : wakeable {
    void wake(caf::execution_unit*) override {}
  } busy;
  for (int i = 0; i < 3; ++i) one.inbox->post(one.frames.next(), busy, nullptr);
  one.on.tell(one.served, evict_atom::value);
  REQUIRE(one.has_left());
  CHECK(one.account->delivery.frames_dropped[drop_cause::replaced] == 3);
  test::check_sums(*one.account);
}

TEST_CASE("frames that found no room in the inbox are accounted for though no other comes") {
  served_client one;
  one.post(static_cast<int>(frame_inbox::capacity) + 3);
  caf::anon_send(one.served, drain_atom::value, std::chrono::nanoseconds{100ms});
  one.on.run();
  REQUIRE(one.has_left());
  CHECK(one.hear().size() == frame_inbox::capacity);
  CHECK(one.account->delivery.frames_offered == frame_inbox::capacity + 3);
  CHECK(one.account->delivery.frames_dropped[drop_cause::shutdown] == 3);
  test::check_sums(*one.account);
}

TEST_CASE("frames that never came to the connection are accounted for") {
  served_client one;
  one.offer(1);
  one.frames.skip(3);
  one.offer(1);
  one.pass_second();
  const auto& delivery = one.last_report().delivery;
  CHECK(delivery.frames_offered == 5);
  CHECK(delivery.frames_delivered == 2);
  CHECK(delivery.frames_dropped[drop_cause::upstream_gap] == 3);
}

TEST_CASE("a client that does not take its answers is not read further, and loses none") {
  served_client one{small_buffer};
  one.fill_kernel();
  int said = 0;
  const auto heartbeat = wire::control_message::heartbeat({});
  while (one.poller.registrations.at(one.server_descriptor).armed != runtime::interest::write) {
    one.say(heartbeat);
    REQUIRE(++said < 100);
  }
  std::size_t acks = 0;
  for (int i = 0; i < 10; ++i) {
    for (const auto type : one.hear()) acks += type == message_type::ack ? 1U : 0U;
    one.poller.fire(one.server_descriptor, {.readable = true, .writable = true});
    one.on.run();
  }
  CHECK(acks == static_cast<std::size_t>(said));
}

TEST_CASE("a flood of heartbeats is not read further until the next second") {
  served_client one;
  const auto heartbeat = wire::control_message::heartbeat({});
  const auto& armed = one.poller.registrations.at(one.server_descriptor).armed;
  int said = 0;
  while (armed == runtime::interest::read && said < 5000) {
    one.say(heartbeat);
    one.hear();
    ++said;
  }
  CHECK(said == static_cast<int>(delivery::connection_state::messages_per_second));
  one.pass_second();
  CHECK(armed == runtime::interest::read);
}

TEST_CASE("a client that does not read gets the least room, and again the usual when it reads") {
  served_client one;
  one.fill_kernel();
  one.pass_second();
  one.offer(20);
  one.pass_second();
  CHECK(one.last_report().pace == client_pace::slow);
  CHECK(one.last_report().tuning.queue_frames == 3);
  one.offer(20);
  CHECK(one.account->delivery.frames_offered - one.account->delivery.frames_delivered -
            one.account->delivery.frames_dropped.total() <=
        3);
  one.hear();
  one.poller.fire(one.server_descriptor, {.writable = true});
  for (int second = 0; second < 12; ++second) {
    one.offer(1);
    one.hear();
    one.pass_second();
  }
  CHECK(one.last_report().pace == client_pace::steady);
  CHECK(one.last_report().tuning == delivery_tuning{});
}

TEST_CASE("what clients without trouble get may change while they are connected") {
  served_client one;
  one.on.tell(one.served, delivery_tuning{.queue_frames = 4, .socket_buffer_bytes = 40'000});
  int buffer = 0;
  socklen_t size = sizeof buffer;
  ::getsockopt(one.server_descriptor, SOL_SOCKET, SO_SNDBUF, &buffer, &size);
  CHECK(buffer == 2 * 40'000);  // the kernel doubles it
  one.pass_second();
  CHECK(one.last_report().tuning.queue_frames == 4);
}

TEST_CASE("an evicted client leaves with its own cause") {
  served_client one{small_buffer};
  one.fill_kernel();
  one.on.tell(one.served, evict_atom::value);
  REQUIRE(one.has_left());
  CHECK(one.last_report().delivery.frames_dropped[drop_cause::replaced] > 0);
  test::check_sums(one.last_report());
}

TEST_CASE("latencies are handed over in batches, not for each frame") {
  served_client one;
  constexpr auto frames = latency_notes::capacity / 3;
  one.offer(static_cast<int>(frames) - 1);
  CHECK(one.notes.batches.empty());
  one.offer(1);
  REQUIRE(one.notes.batches.size() == 1);
  const auto samples = one.notes.batches.front().samples();
  for (const auto stage : {latency_stage::queue, latency_stage::write, latency_stage::total})
    CHECK(std::count_if(samples.begin(), samples.end(),
                        [=](const auto& sample) { return sample.stage == stage; }) == frames);
}
