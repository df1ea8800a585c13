/// Feeds hostile bytes to wire::parser, whole and in pieces that the input itself decides, and
/// compares what comes out with each other and with a plain reading of the wire's description.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include "protocol/wire_parser.hpp"

namespace {

using namespace troupe;

void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

/// Where in the stream a message lay, and how it ended.
struct transcript {
  /// Offset and length of each payload.
  std::vector<std::pair<std::size_t, std::size_t>> payloads;
  std::optional<wire::parse_error> error;
  bool in_message = false;

  void clear() {
    payloads.clear();
    error.reset();
    in_message = false;
  }
  friend bool operator==(const transcript&, const transcript&) = default;
};

std::uint64_t number_at(std::span<const std::byte> bytes, std::size_t offset, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = size; i-- > 0;)
    value = value << 8U | std::to_integer<std::uint64_t>(bytes[offset + i]);
  return value;
}

/// What is wrong with the header at the front of `bytes`, as far as its bytes are there.
std::optional<wire::parse_error> fault_in(std::span<const std::byte> bytes) {
  static constexpr std::uint8_t magic[] = {0x55, 0x4F, 0x4B, 0x4A};
  for (std::size_t i = 0; i < std::min<std::size_t>(bytes.size(), 4); ++i)
    if (std::to_integer<std::uint8_t>(bytes[i]) != magic[i]) return wire::parse_error::bad_magic;
  if (bytes.size() >= 5 && number_at(bytes, 4, 1) > 4) return wire::parse_error::unknown_type;
  if (bytes.size() < 9) return std::nullopt;
  const auto length = number_at(bytes, 5, 4);
  if (length > 4096) return wire::parse_error::oversized_payload;
  if (number_at(bytes, 4, 1) == 1 && length != 12) return wire::parse_error::bad_config;
  return std::nullopt;
}

/// Reads `stream` as wire.md says, with all of it at hand.
void read_plainly(std::span<const std::byte> stream, transcript& seen) {
  seen.clear();
  std::size_t at = 0;
  while (at < stream.size()) {
    const auto rest = stream.subspan(at);
    seen.in_message = true;
    seen.error = fault_in(rest);
    if (seen.error || rest.size() < 17) return;
    const auto length = static_cast<std::size_t>(number_at(rest, 5, 4));
    if (rest.size() < 17 + length) return;
    seen.payloads.emplace_back(at + 17, length);
    at += 17 + length;
    seen.in_message = false;
  }
}

void check_message(const wire::message_view& message, std::span<const std::byte> stream,
                   std::size_t end) {
  require(message.payload.size() <= 4096, "a payload is at most 4096 bytes");
  require(message.header.length == message.payload.size(), "the length is the payload's");
  require(end >= 17 + message.payload.size(), "a message is no longer than what was taken");
  const auto start = end - 17 - message.payload.size();
  require(number_at(stream, start + 4, 1) == static_cast<std::uint8_t>(message.header.type),
          "the type is the one on the wire");
  const auto timestamp =
      static_cast<std::uint64_t>(message.header.timestamp.time_since_epoch().count());
  require(number_at(stream, start + 9, 8) == timestamp, "the timestamp is the one on the wire");
  require(std::equal(message.payload.begin(), message.payload.end(),
                     stream.begin() + static_cast<std::ptrdiff_t>(start + 17)),
          "the payload is the one on the wire");
}

/// Gives `stream` to a parser in pieces of the sizes that `next_size` returns.
template <class NextSize>
void parse(std::span<const std::byte> stream, NextSize next_size, transcript& seen) {
  seen.clear();
  wire::parser parser;
  std::size_t taken = 0;
  while (taken < stream.size() && !seen.error) {
    auto piece = stream.subspan(taken, std::min(next_size(), stream.size() - taken));
    while (!piece.empty()) {
      const auto before = piece.size();
      const auto result = parser.next(piece);
      taken += before - piece.size();
      if (const auto* error = std::get_if<wire::parse_error>(&result)) {
        seen.error = *error;
        auto more = stream;
        const auto again = parser.next(more);
        require(std::holds_alternative<wire::parse_error>(again), "an error is final");
        require(std::get<wire::parse_error>(again) == *error, "the same error is reported again");
        require(more.size() == stream.size(), "nothing is taken after an error");
        break;
      }
      require(piece.size() < before, "each call takes something");
      if (const auto* message = std::get_if<wire::message_view>(&result)) {
        check_message(*message, stream, taken);
        seen.payloads.emplace_back(taken - message->payload.size(), message->payload.size());
      } else {
        require(piece.empty(), "the parser asks for more only when it has taken all");
      }
    }
  }
  seen.in_message = parser.in_message();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static transcript expected;
  static transcript seen;
  if (size < 2) return 0;
  auto cuts = static_cast<std::uint32_t>(data[0] | data[1] << 8U);
  const auto stream = std::as_bytes(std::span{data, size}).subspan(2);
  read_plainly(stream, expected);

  parse(
      stream, [&] { return std::max<std::size_t>(stream.size(), 1); }, seen);
  require(seen == expected, "the whole is read as wire.md says");

  const std::size_t largest = std::size_t{1} << (cuts % 13);
  const auto next_size = [&] {
    cuts = cuts * 1'664'525U + 1'013'904'223U;
    return 1 + (cuts >> 8U) % largest;
  };
  parse(stream, next_size, seen);
  require(seen == expected, "pieces give what the whole gives");
  return 0;
}
