#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "protocol/descriptor.hpp"

namespace troupe::network {

/// Whose idea a connection was.
enum class initiative : std::uint8_t { ours, theirs };

/// A connection that carries bytes both ways and never blocks: plain, or inside TLS.
class byte_stream {
 public:
  enum class progress : std::uint8_t {
    made,          ///< something was done; there may be more to do
    awaits_read,   ///< goes on when the descriptor can be read
    awaits_write,  ///< goes on when it can be written
    over,          ///< the far end has ended it in good order
    failed         ///< for the reason that failure() tells
  };
  struct outcome {
    progress state = progress::made;
    std::size_t bytes = 0;  ///< that were moved
  };

  virtual ~byte_stream() = default;

  /// To be called until it has made its progress, before anything is read or written.
  [[nodiscard]] virtual outcome shake_hands() = 0;
  [[nodiscard]] virtual outcome read(std::span<char> into) = 0;
  [[nodiscard]] virtual outcome write(std::span<const char> bytes) = 0;
  /// Tells the far end that no more comes.
  virtual void end() = 0;

  /// Whom the certificate is for that the far end showed; nothing without TLS.
  [[nodiscard]] virtual std::optional<std::string> certificate() const = 0;
  [[nodiscard]] virtual int descriptor() const = 0;
  /// In words for people.
  [[nodiscard]] virtual std::string failure() const = 0;
};

using byte_stream_ptr = std::unique_ptr<byte_stream>;

/// As it comes from the kernel. `socket` is a connected stream socket.
[[nodiscard]] byte_stream_ptr make_plain_stream(descriptor socket);

}  // namespace troupe::network
