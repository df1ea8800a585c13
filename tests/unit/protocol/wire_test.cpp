#include "protocol/wire.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <limits>

#include <doctest/doctest.h>

#include "protocol/counters.hpp"
#include "tests/unit/support/bytes.hpp"

namespace troupe::wire {
namespace {

using test::bytes;
using test::same_bytes;

unix_time at(std::int64_t nanoseconds) { return unix_time{std::chrono::nanoseconds{nanoseconds}}; }

test::byte_vector encoded(const message_header& value) {
  test::byte_vector result(header_size);
  encode_header(value, std::span<std::byte, header_size>{result.data(), header_size});
  return result;
}

TEST_CASE("a frame's header is the 17 bytes that the wire's description says") {
  const auto expected = bytes({0x55, 0x4F, 0x4B, 0x4A,                            // "JKOU"
                               0x00,                                              // opus_frame
                               0x23, 0x01, 0x00, 0x00,                            // 0x123 bytes
                               0x08, 0x07, 0x06, 0x05, 0x04, 0x03, 0x02, 0x01});  // time
  CHECK(encoded({message_type::opus_frame, 0x123, at(0x0102030405060708)}) == expected);
}

TEST_CASE("a header's length field takes the largest payload, 4096 bytes") {
  const auto expected = bytes({0x55, 0x4F, 0x4B, 0x4A, 0x00, 0x00, 0x10, 0x00, 0x00, 0x00, 0x00,
                               0x00, 0x00, 0x00, 0x00, 0x00, 0x00});
  CHECK(encoded({message_type::opus_frame, 4096, at(0)}) == expected);
}

TEST_CASE("a timestamp before 1970 is written in two's complement") {
  const auto expected = bytes({0x55, 0x4F, 0x4B, 0x4A, 0x04, 0x00, 0x00, 0x00, 0x00, 0xFE, 0xFF,
                               0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF});
  CHECK(encoded({message_type::ack, 0, at(-2)}) == expected);
}

TEST_CASE("the last and the first moment that a timestamp can hold are written to the bit") {
  const auto last = encoded({message_type::ack, 0, at(std::numeric_limits<std::int64_t>::max())});
  const auto first = encoded({message_type::ack, 0, at(std::numeric_limits<std::int64_t>::min())});
  CHECK(same_bytes(std::span{last}.subspan(9),
                   bytes({0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F})));
  CHECK(same_bytes(std::span{first}.subspan(9), bytes({0, 0, 0, 0, 0, 0, 0, 0x80})));
}

TEST_CASE("a config message says rate, channels and frame size after its header") {
  const auto message = control_message::config(
      {.sample_rate_hz = 48000, .channels = 2, .frame_size = 960}, at(0x11));
  CHECK(same_bytes(message.bytes(), bytes({0x55, 0x4F, 0x4B, 0x4A,              // "JKOU"
                                           0x01,                                // config
                                           0x0C, 0x00, 0x00, 0x00,              // 12 bytes
                                           0x11, 0,    0,    0,    0, 0, 0, 0,  // time
                                           0x80, 0xBB, 0x00, 0x00,              // 48000 Hz
                                           0x02, 0x00, 0x00, 0x00,              // 2 channels
                                           0xC0, 0x03, 0x00, 0x00})));          // 960 samples
}

TEST_CASE("stop, heartbeat and ack are a header without a payload") {
  const auto header_of = [](unsigned type) {
    return bytes({0x55, 0x4F, 0x4B, 0x4A, type, 0, 0, 0, 0, 0x01, 0, 0, 0, 0, 0, 0, 0});
  };
  CHECK(same_bytes(control_message::stop(at(1)).bytes(), header_of(2)));
  CHECK(same_bytes(control_message::heartbeat(at(1)).bytes(), header_of(3)));
  CHECK(same_bytes(control_message::ack(at(1)).bytes(), header_of(4)));
}

TEST_CASE("a config payload is read as three little-endian numbers") {
  const auto payload = bytes({0x80, 0x3E, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x40, 0x01, 0, 0});
  const auto format = decode_config(
      std::span<const std::byte, config_payload_size>{payload.data(), config_payload_size});
  CHECK(format == stream_format{.sample_rate_hz = 16000, .channels = 1, .frame_size = 320});
}

TEST_CASE("each byte of a config's numbers counts") {
  const auto payload =
      bytes({0x04, 0x03, 0x02, 0xF1, 0x08, 0x07, 0x06, 0xF5, 0x0C, 0x0B, 0x0A, 0xF9});
  const auto format = decode_config(
      std::span<const std::byte, config_payload_size>{payload.data(), config_payload_size});
  CHECK(format == stream_format{.sample_rate_hz = 0xF1020304,
                                .channels = 0xF5060708,
                                .frame_size = 0xF90A0B0C});
}

TEST_CASE("message types and errors have the names that logs and reports use") {
  CHECK(to_string(message_type::opus_frame) == "opus_frame");
  CHECK(to_string(message_type::config) == "config");
  CHECK(to_string(message_type::stop) == "stop");
  CHECK(to_string(message_type::heartbeat) == "heartbeat");
  CHECK(to_string(message_type::ack) == "ack");
  CHECK(to_string(parse_error::bad_magic) == "bad_magic");
  CHECK(to_string(parse_error::unknown_type) == "unknown_type");
  CHECK(to_string(parse_error::oversized_payload) == "oversized_payload");
  CHECK(to_string(parse_error::bad_config) == "bad_config");
}

TEST_CASE("what the parser refuses is counted under the same name") {
  for (const auto error : {parse_error::bad_magic, parse_error::unknown_type,
                           parse_error::oversized_payload, parse_error::bad_config}) {
    const auto counted = static_cast<protocol_error>(static_cast<std::uint8_t>(error));
    CHECK(to_string(counted) == to_string(error));
  }
}

TEST_CASE("a stream's frame duration follows from its rate and frame size") {
  using namespace std::chrono_literals;
  CHECK(stream_format{48000, 2, 960}.frame_duration() == 20ms);
  CHECK(stream_format{48000, 1, 120}.frame_duration() == 2500us);
  CHECK(stream_format{8000, 1, 480}.frame_duration() == 60ms);
}

TEST_CASE("a format without a rate, as a hostile config may say, has no frame duration") {
  CHECK(stream_format{0, 2, 960}.frame_duration() == std::chrono::nanoseconds{0});
}

TEST_CASE("the largest numbers that a config can say make a duration without overflow") {
  const auto most = std::numeric_limits<std::uint32_t>::max();
  CHECK(stream_format{1, most, most}.frame_duration() == std::chrono::seconds{most});
}

}  // namespace
}  // namespace troupe::wire
