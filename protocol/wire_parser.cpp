#include "protocol/wire_parser.hpp"

#include <algorithm>
#include <cstring>

#include "protocol/little_endian.hpp"

namespace troupe::wire {
namespace {

constexpr std::size_t magic_size = 4;

}  // namespace

bool parser::fill(std::span<const std::byte>& input, std::size_t target) {
  const auto taken = std::min(input.size(), target - filled_);
  if (taken > 0) std::memcpy(buffer_.data() + filled_, input.data(), taken);
  filled_ += taken;
  input = input.subspan(taken);
  return filled_ == target;
}

/// Compares as many bytes of the magic as have come, so that garbage is refused at its first byte.
std::optional<parse_error> parser::judge_magic() const {
  std::array<std::byte, magic_size> expected{};
  store_little_endian(magic, expected.data());
  const auto known = std::min(filled_, magic_size);
  if (!std::equal(expected.begin(), expected.begin() + known, buffer_.begin()))
    return parse_error::bad_magic;
  return std::nullopt;
}

std::optional<parse_error> parser::read_header() {
  const auto type = std::to_integer<std::uint8_t>(buffer_[4]);
  if (type > static_cast<std::uint8_t>(message_type::ack)) return parse_error::unknown_type;
  header_.type = static_cast<message_type>(type);
  header_.length = load_little_endian<std::uint32_t>(buffer_.data() + 5);
  if (header_.length > max_payload_size) return parse_error::oversized_payload;
  if (header_.type == message_type::config && header_.length != config_payload_size)
    return parse_error::bad_config;
  const auto nanoseconds = load_little_endian<std::uint64_t>(buffer_.data() + 9);
  header_.timestamp =
      unix_time{std::chrono::nanoseconds{static_cast<std::int64_t>(nanoseconds)}};
  have_header_ = true;
  return std::nullopt;
}

parser::result parser::next(std::span<const std::byte>& input) {
  if (error_) return *error_;
  if (!have_header_) {
    const bool complete = fill(input, header_size);
    error_ = judge_magic();
    if (!error_ && complete) error_ = read_header();
    if (error_) return *error_;
    if (!complete) return std::monostate{};
  }
  if (!fill(input, header_size + header_.length)) return std::monostate{};
  filled_ = 0;
  have_header_ = false;
  return message_view{header_, {buffer_.data() + header_size, header_.length}};
}

}  // namespace troupe::wire
