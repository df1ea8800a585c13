#include "protocol/wire_parser.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include "tests/unit/support/allocation_counter.hpp"
#include "tests/unit/support/bytes.hpp"

namespace troupe::wire {
namespace {

using test::byte_vector;
using test::bytes;
using test::counting_bytes;
using test::joined;
using test::to_vector;

/// A message written by hand from the wire's description, with the timestamp 0x0807060504030201.
byte_vector message(unsigned type, const byte_vector& payload = {}) {
  const auto length = static_cast<unsigned>(payload.size());
  return joined({bytes({0x55, 0x4F, 0x4B, 0x4A, type, length & 0xFFU, (length >> 8U) & 0xFFU, 0, 0,
                        1, 2, 3, 4, 5, 6, 7, 8}),
                 payload});
}

const byte_vector config_payload = bytes({0x80, 0xBB, 0, 0, 2, 0, 0, 0, 0xC0, 3, 0, 0});

struct seen_message {
  message_header header;
  byte_vector payload;
  friend bool operator==(const seen_message&, const seen_message&) = default;
};

/// All that came of a stream of bytes.
struct transcript {
  std::vector<seen_message> messages;
  std::optional<parse_error> error;
  friend bool operator==(const transcript&, const transcript&) = default;
};

/// Gives `piece` to the parser until it has taken it all or has found an error.
void feed(parser& parser, std::span<const std::byte> piece, transcript& seen) {
  while (!seen.error) {
    const auto result = parser.next(piece);
    if (const auto* view = std::get_if<message_view>(&result)) {
      seen.messages.push_back({view->header, to_vector(view->payload)});
    } else if (const auto* error = std::get_if<parse_error>(&result)) {
      seen.error = *error;
    } else {
      CHECK(piece.empty());
      return;
    }
  }
}

transcript parse_whole(std::span<const std::byte> stream) {
  transcript seen;
  parser parser;
  feed(parser, stream, seen);
  return seen;
}

transcript parse_in_pieces(std::span<const std::byte> stream, std::size_t piece_size) {
  transcript seen;
  parser parser;
  for (std::size_t i = 0; i < stream.size(); i += piece_size)
    feed(parser, stream.subspan(i, std::min(piece_size, stream.size() - i)), seen);
  return seen;
}

/// The number of bytes after which the stream is refused, given one at a time.
std::optional<std::size_t> bytes_until_refusal(std::span<const std::byte> stream) {
  parser parser;
  for (std::size_t i = 0; i < stream.size(); ++i) {
    auto one = stream.subspan(i, 1);
    if (std::holds_alternative<parse_error>(parser.next(one))) return i + 1;
  }
  return std::nullopt;
}

/// One of each message, and payloads of the smallest and the largest size.
const byte_vector conversation =
    joined({message(3), message(1, config_payload), message(0, counting_bytes(1)),
            message(0, counting_bytes(4096)), message(4), message(0), message(2)});

TEST_CASE("a whole message comes out as its header and payload") {
  const auto seen = parse_whole(message(0, bytes({0xAA, 0xBB, 0xCC})));
  REQUIRE(seen.messages.size() == 1);
  CHECK(seen.messages[0].header.type == message_type::opus_frame);
  CHECK(seen.messages[0].header.length == 3);
  CHECK(seen.messages[0].header.timestamp.time_since_epoch().count() == 0x0807060504030201);
  CHECK(seen.messages[0].payload == bytes({0xAA, 0xBB, 0xCC}));
  CHECK_FALSE(seen.error);
}

TEST_CASE("a timestamp before 1970 is read as one") {
  const auto seen = parse_whole(bytes(
      {0x55, 0x4F, 0x4B, 0x4A, 4, 0, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}));
  REQUIRE(seen.messages.size() == 1);
  CHECK(seen.messages[0].header.timestamp.time_since_epoch().count() == -2);
}

TEST_CASE("many messages in one piece come out one by one, in order, to the byte") {
  const auto seen = parse_whole(conversation);
  REQUIRE(seen.messages.size() == 7);
  CHECK_FALSE(seen.error);
  CHECK(seen.messages[0].header.type == message_type::heartbeat);
  CHECK(seen.messages[1].payload == config_payload);
  CHECK(seen.messages[2].payload == counting_bytes(1));
  CHECK(seen.messages[3].payload == counting_bytes(4096));
  CHECK(seen.messages[4].header.type == message_type::ack);
  CHECK(seen.messages[5].header.type == message_type::opus_frame);
  CHECK(seen.messages[5].payload.empty());
  CHECK(seen.messages[6].header.type == message_type::stop);
}

TEST_CASE("the call that returns a message leaves the bytes after it untaken") {
  const auto stream = joined({message(3), bytes({0x55, 0x4F})});
  std::span<const std::byte> rest{stream};
  parser parser;
  REQUIRE(std::holds_alternative<message_view>(parser.next(rest)));
  CHECK(rest.size() == 2);
  CHECK_FALSE(parser.in_message());
  CHECK(std::holds_alternative<std::monostate>(parser.next(rest)));
  CHECK(rest.empty());
  CHECK(parser.in_message());
}

TEST_CASE("pieces of any one size give what the whole gives") {
  const auto expected = parse_whole(conversation);
  for (const std::size_t size : {1U, 2U, 3U, 5U, 16U, 17U, 18U, 29U, 1000U, 4112U, 4113U, 4114U}) {
    CAPTURE(size);
    CHECK(parse_in_pieces(conversation, size) == expected);
  }
}

TEST_CASE("a cut at any place gives what the whole gives") {
  const auto stream =
      joined({message(3), message(1, config_payload), message(0, counting_bytes(40)), message(2)});
  const auto expected = parse_whole(stream);
  REQUIRE(expected.messages.size() == 4);
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    transcript seen;
    parser parser;
    feed(parser, std::span{stream}.first(cut), seen);
    feed(parser, std::span{stream}.subspan(cut), seen);
    CAPTURE(cut);
    CHECK(seen == expected);
  }
}

TEST_CASE("two cuts at any places give what the whole gives") {
  const auto stream = joined({message(0, counting_bytes(5)), message(3), message(4)});
  const auto expected = parse_whole(stream);
  REQUIRE(expected.messages.size() == 3);
  for (std::size_t first = 0; first <= stream.size(); ++first) {
    for (std::size_t second = first; second <= stream.size(); ++second) {
      transcript seen;
      parser parser;
      feed(parser, std::span{stream}.first(first), seen);
      feed(parser, std::span{stream}.subspan(first, second - first), seen);
      feed(parser, std::span{stream}.subspan(second), seen);
      if (seen != expected) FAIL("cut at ", first, " and ", second);
    }
  }
}

TEST_CASE("no bytes make no progress and no harm") {
  parser parser;
  std::span<const std::byte> nothing;
  CHECK(std::holds_alternative<std::monostate>(parser.next(nothing)));
  CHECK_FALSE(parser.in_message());
}

TEST_CASE("a payload of legal length after stop, heartbeat or ack is read past") {
  for (const unsigned type : {2U, 3U, 4U}) {
    for (const std::size_t size : {1U, 12U, 4096U}) {
      const auto seen = parse_whole(joined({message(type, counting_bytes(size)), message(3)}));
      CAPTURE(type);
      CAPTURE(size);
      CHECK_FALSE(seen.error);
      REQUIRE(seen.messages.size() == 2);
      CHECK(seen.messages[0].header.type == static_cast<message_type>(type));
      CHECK(seen.messages[1].header.type == message_type::heartbeat);
    }
  }
}

TEST_CASE("each wrong byte of the magic is refused as it comes") {
  for (std::size_t i = 0; i < 4; ++i) {
    auto stream = message(3);
    stream[i] ^= std::byte{0x01};
    CAPTURE(i);
    CHECK(parse_whole(stream).error == parse_error::bad_magic);
    CHECK(bytes_until_refusal(stream) == i + 1);
  }
}

TEST_CASE("each unknown type is refused as soon as its byte has come") {
  for (unsigned type = 5; type < 256; ++type) {
    CAPTURE(type);
    CHECK(parse_whole(message(type)).error == parse_error::unknown_type);
    CHECK(bytes_until_refusal(message(type)) == 5);
  }
}

TEST_CASE("a length over 4096 is refused as soon as its four bytes have come") {
  for (const std::uint32_t length : {4097U, 65536U, 0x7FFFFFFFU, 0x80000000U, 0xFFFFFFFFU}) {
    for (const unsigned type : {0U, 1U, 2U, 3U, 4U}) {
      auto stream = message(type);
      for (std::size_t i = 0; i < 4; ++i)
        stream[5 + i] = static_cast<std::byte>((length >> (8 * i)) & 0xFFU);
      CAPTURE(length);
      CAPTURE(type);
      CHECK(parse_whole(stream).error == parse_error::oversized_payload);
      CHECK(bytes_until_refusal(stream) == 9);
    }
  }
}

TEST_CASE("a config that is not 12 bytes long is refused as soon as its length has come") {
  for (const std::size_t size : {0U, 11U, 13U, 4096U}) {
    const auto stream = message(1, counting_bytes(size));
    CAPTURE(size);
    CHECK(parse_whole(stream).error == parse_error::bad_config);
    CHECK(bytes_until_refusal(stream) == 9);
  }
}

TEST_CASE("of several faults the first on the wire is named, however the bytes come") {
  auto stream = message(9);
  for (std::size_t i = 5; i < 9; ++i) stream[i] = std::byte{0xFF};
  CHECK(parse_whole(stream).error == parse_error::unknown_type);
  CHECK(parse_in_pieces(stream, 1).error == parse_error::unknown_type);
  stream[3] = std::byte{0};
  CHECK(parse_whole(stream).error == parse_error::bad_magic);
  CHECK(parse_in_pieces(stream, 1).error == parse_error::bad_magic);
}

TEST_CASE("messages before a fault come out, and none after it") {
  const auto seen = parse_whole(joined({message(3), message(4), message(7), message(3)}));
  CHECK(seen.messages.size() == 2);
  CHECK(seen.error == parse_error::unknown_type);
}

TEST_CASE("an error is final: good messages after it change nothing and are not taken") {
  parser parser;
  const auto garbage = bytes({0xDE, 0xAD, 0xBE, 0xEF});
  std::span<const std::byte> input{garbage};
  REQUIRE(std::get<parse_error>(parser.next(input)) == parse_error::bad_magic);
  const auto good = message(3);
  input = good;
  for (int i = 0; i < 3; ++i) {
    const auto again = parser.next(input);
    REQUIRE(std::holds_alternative<parse_error>(again));
    CHECK(std::get<parse_error>(again) == parse_error::bad_magic);
  }
  CHECK(input.size() == good.size());
}

TEST_CASE("a claim of 4 GiB allocates nothing, and neither does anything else") {
  auto claim = message(0);
  for (std::size_t i = 5; i < 9; ++i) claim[i] = std::byte{0xFF};
  std::size_t messages = 0;
  std::optional<parse_error> error;
  const test::allocation_counter counter;
  parser first;
  std::span<const std::byte> input{claim};
  if (const auto result = first.next(input); std::holds_alternative<parse_error>(result))
    error = std::get<parse_error>(result);
  parser second;
  input = conversation;
  while (std::holds_alternative<message_view>(second.next(input))) ++messages;
  const auto allocations = counter.allocations();
  CHECK(allocations == 0);
  CHECK(error == parse_error::oversized_payload);
  CHECK(messages == 7);
}

TEST_CASE("the allocation counter of these tests sees an allocation") {
  const test::allocation_counter counter;
  const std::vector<std::uint64_t> memory(1000);
  CHECK(counter.allocations() >= 1);
  CHECK(counter.bytes() >= 8000);
  CHECK(memory.size() == 1000);
}

}  // namespace
}  // namespace troupe::wire
