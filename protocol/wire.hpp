#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "protocol/clock.hpp"
#include "protocol/stream_format.hpp"

/// The local wire protocol "JKOU": a 17-byte little-endian header, then the payload.
///
///   offset 0  u32  magic 0x4A4B4F55
///   offset 4  u8   message type
///   offset 5  u32  payload length in bytes, 0 to 4096
///   offset 9  i64  timestamp, Unix nanoseconds
namespace troupe::wire {

inline constexpr std::uint32_t magic = 0x4A4B4F55;
inline constexpr std::size_t type_offset = 4;
inline constexpr std::size_t length_offset = 5;
inline constexpr std::size_t timestamp_offset = 9;
inline constexpr std::size_t header_size = 17;
inline constexpr std::size_t max_payload_size = 4096;
inline constexpr std::size_t max_message_size = header_size + max_payload_size;
inline constexpr std::size_t config_payload_size = 12;

enum class message_type : std::uint8_t {
  opus_frame = 0,
  config = 1,
  stop = 2,
  heartbeat = 3,
  ack = 4,
};

/// What can be wrong with bytes that claim to be a message.
enum class parse_error : std::uint8_t { bad_magic, unknown_type, oversized_payload, bad_config };

[[nodiscard]] std::string_view to_string(message_type type);
[[nodiscard]] std::string_view to_string(parse_error error);

struct message_header {
  message_type type{};
  std::uint32_t length = 0;
  unix_time timestamp{};

  friend bool operator==(const message_header&, const message_header&) = default;
};

/// Writes `value` into the 17 bytes at `out`.
void encode_header(const message_header& value, std::span<std::byte, header_size> out);

/// Bytes of a message that carries no frame: at most a header and a config payload.
class control_message {
 public:
  static constexpr std::size_t capacity = header_size + config_payload_size;

  static control_message config(const stream_format& format, unix_time now);
  static control_message stop(unix_time now);
  static control_message heartbeat(unix_time now);
  /// At a client that says which frame it has: when that was captured.
  static control_message ack(unix_time time);

  [[nodiscard]] std::span<const std::byte> bytes() const { return {bytes_.data(), size_}; }

 private:
  control_message(message_type type, std::size_t payload_size, unix_time now);

  std::array<std::byte, capacity> bytes_{};
  std::size_t size_ = 0;
};

/// Reads a config payload of exactly 12 bytes: sample rate, channels, frame size, each a u32.
[[nodiscard]] stream_format decode_config(std::span<const std::byte, config_payload_size> payload);

}  // namespace troupe::wire
