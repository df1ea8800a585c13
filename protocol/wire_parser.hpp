#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <variant>

#include "protocol/wire.hpp"

namespace troupe::wire {

/// One whole message. The payload points into the parser and is valid until the next call.
struct message_view {
  message_header header;
  std::span<const std::byte> payload;
};

/// Turns a stream of bytes, in any fragmentation, into messages.
///
/// Memory is fixed: one message of the largest legal size, whatever a length field claims. Each
/// field of a header is judged as soon as its bytes are there: garbage is refused at its first
/// byte. An error is final: the stream has lost its place, and `next` reports the same error from
/// then on.
class parser {
 public:
  using result = std::variant<std::monostate, message_view, parse_error>;

  /// Takes bytes from the front of `input` up to the end of the next message and removes them.
  /// Returns a message, an error, or nothing when all of `input` was taken and more is needed.
  [[nodiscard]] result next(std::span<const std::byte>& input);

  /// Whether bytes of an unfinished message are waiting.
  [[nodiscard]] bool in_message() const { return filled_ > 0; }

 private:
  bool fill(std::span<const std::byte>& input, std::size_t target);
  /// Judges as much of the header as has come, field by field.
  [[nodiscard]] std::optional<parse_error> judge_header() const;
  void read_header();

  std::array<std::byte, max_message_size> buffer_{};
  std::size_t filled_ = 0;
  message_header header_;
  bool have_header_ = false;
  std::optional<parse_error> error_;
};

}  // namespace troupe::wire
