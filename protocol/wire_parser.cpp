#include "protocol/wire_parser.hpp"

#include <algorithm>
#include <cstring>

#include "protocol/little_endian.hpp"

namespace troupe::wire {

bool parser::fill(std::span<const std::byte>& input, std::size_t target) {
  const auto taken = std::min(input.size(), target - filled_);
  if (taken > 0) std::memcpy(buffer_.data() + filled_, input.data(), taken);
  filled_ += taken;
  input = input.subspan(taken);
  return filled_ == target;
}

std::optional<parse_error> parser::judge_header() const {
  std::array<std::byte, type_offset> expected{};
  store_little_endian(magic, expected.data());
  const auto known = std::min(filled_, expected.size());
  if (std::memcmp(expected.data(), buffer_.data(), known) != 0) return parse_error::bad_magic;
  if (filled_ < length_offset) return std::nullopt;
  const auto type = static_cast<message_type>(buffer_[type_offset]);
  if (type > message_type::ack) return parse_error::unknown_type;
  if (filled_ < timestamp_offset) return std::nullopt;
  const auto length = load_little_endian<std::uint32_t>(buffer_.data() + length_offset);
  if (length > max_payload_size) return parse_error::oversized_payload;
  if (type == message_type::config && length != config_payload_size) return parse_error::bad_config;
  return std::nullopt;
}

void parser::read_header() {
  header_.type = static_cast<message_type>(buffer_[type_offset]);
  header_.length = load_little_endian<std::uint32_t>(buffer_.data() + length_offset);
  const auto nanoseconds = load_little_endian<std::uint64_t>(buffer_.data() + timestamp_offset);
  header_.timestamp = unix_time{std::chrono::nanoseconds{static_cast<std::int64_t>(nanoseconds)}};
  have_header_ = true;
}

parser::result parser::next(std::span<const std::byte>& input) {
  if (error_) return *error_;
  if (!have_header_) {
    const bool complete = fill(input, header_size);
    error_ = judge_header();
    if (error_) return *error_;
    if (!complete) return std::monostate{};
    read_header();
  }
  if (!fill(input, header_size + header_.length)) return std::monostate{};
  filled_ = 0;
  have_header_ = false;
  return message_view{header_, {buffer_.data() + header_size, header_.length}};
}

}  // namespace troupe::wire
