#include "protocol/wire.hpp"

#include "protocol/little_endian.hpp"

namespace troupe::wire {

std::string_view to_string(message_type type) {
  switch (type) {
    case message_type::opus_frame:
      return "opus_frame";
    case message_type::config:
      return "config";
    case message_type::stop:
      return "stop";
    case message_type::heartbeat:
      return "heartbeat";
    case message_type::ack:
      return "ack";
  }
  return "unknown";
}

std::string_view to_string(parse_error error) {
  switch (error) {
    case parse_error::bad_magic:
      return "bad_magic";
    case parse_error::unknown_type:
      return "unknown_type";
    case parse_error::oversized_payload:
      return "oversized_payload";
    case parse_error::bad_config:
      return "bad_config";
  }
  return "unknown";
}

void encode_header(const message_header& value, std::span<std::byte, header_size> out) {
  const auto nanoseconds = value.timestamp.time_since_epoch().count();
  store_little_endian(magic, out.data());
  out[type_offset] = static_cast<std::byte>(value.type);
  store_little_endian(value.length, out.data() + length_offset);
  store_little_endian(static_cast<std::uint64_t>(nanoseconds), out.data() + timestamp_offset);
}

control_message::control_message(message_type type, std::size_t payload_size, unix_time now)
    : size_(header_size + payload_size) {
  encode_header({type, static_cast<std::uint32_t>(payload_size), now},
                std::span<std::byte, header_size>{bytes_.data(), header_size});
}

control_message control_message::config(const stream_format& format, unix_time now) {
  control_message message{message_type::config, config_payload_size, now};
  auto* payload = message.bytes_.data() + header_size;
  store_little_endian(format.sample_rate_hz, payload);
  store_little_endian(format.channels, payload + 4);
  store_little_endian(format.frame_size, payload + 8);
  return message;
}

control_message control_message::stop(unix_time now) { return {message_type::stop, 0, now}; }

control_message control_message::heartbeat(unix_time now) {
  return {message_type::heartbeat, 0, now};
}

control_message control_message::ack(unix_time now) { return {message_type::ack, 0, now}; }

stream_format decode_config(std::span<const std::byte, config_payload_size> payload) {
  return {.sample_rate_hz = load_little_endian<std::uint32_t>(payload.data()),
          .channels = load_little_endian<std::uint32_t>(payload.data() + 4),
          .frame_size = load_little_endian<std::uint32_t>(payload.data() + 8)};
}

}  // namespace troupe::wire
