#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/types.h>

/// A client of the local wire protocol that was written from the protocol's description alone. It
/// shares no code with protocol/, so that the two can be held against each other.
namespace troupe::test {

using octets = std::vector<std::uint8_t>;

/// The values of a message's type byte.
struct wire_type {
  static constexpr std::uint8_t opus_frame = 0;
  static constexpr std::uint8_t config = 1;
  static constexpr std::uint8_t stop = 2;
  static constexpr std::uint8_t heartbeat = 3;
  static constexpr std::uint8_t ack = 4;
};

/// A whole message as it came.
struct wire_message {
  std::uint8_t type = 0;
  std::int64_t timestamp = 0;  ///< Unix time in nanoseconds
  octets payload;
  octets raw;  ///< all bytes, header and payload
};

/// What a config message's payload says.
struct wire_config {
  std::uint32_t sample_rate = 0;
  std::uint32_t channels = 0;
  std::uint32_t frame_size = 0;
  friend bool operator==(const wire_config&, const wire_config&) = default;
};

/// The server broke the protocol, or did not answer in time.
struct wire_failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The bytes of a message; `length` may be made to differ from the payload's.
[[nodiscard]] octets wire_bytes(std::uint8_t type, const octets& payload = {},
                                std::int64_t timestamp = 0,
                                std::optional<std::uint32_t> length = std::nullopt);

/// Throws wire_failure when the message is not a config of 12 bytes.
[[nodiscard]] wire_config read_config(const wire_message& message);

/// A blocking connection to a node. Nothing waits longer than the timeout; all functions throw
/// wire_failure on trouble.
class wire_client {
 public:
  using milliseconds = std::chrono::milliseconds;
  static constexpr milliseconds default_timeout{5'000};

  /// Connects; tries again until `timeout` while there is no socket or nobody listens at it.
  explicit wire_client(const std::filesystem::path& socket_path,
                       milliseconds timeout = default_timeout);
  /// Takes over a connected socket.
  explicit wire_client(int connected_descriptor, milliseconds timeout = default_timeout);
  wire_client(wire_client&& other) noexcept;
  wire_client& operator=(wire_client&&) = delete;
  ~wire_client();

  void set_timeout(milliseconds timeout) { timeout_ = timeout; }
  /// From now on each read asks the kernel for one byte only.
  void read_one_byte_at_a_time() { bytewise_ = true; }
  /// Makes the kernel hold less for this client: the smallest that it allows for `bytes`.
  void shrink_receive_buffer(int bytes);

  /// The next message; nothing when the server closed the connection between two messages. A
  /// connection that ends inside a message is a wire_failure, as is a header that breaks the rules.
  [[nodiscard]] std::optional<wire_message> read_message();
  /// The next message of `type`; those of other types before it are passed over. At most 10,000.
  wire_message read_until(std::uint8_t type);
  /// Up to `size` bytes as they come; fewer only at the end of the stream.
  [[nodiscard]] octets read_bytes(std::size_t size);
  /// Reads and discards until the server closes the connection. Returns whether it did so in time.
  [[nodiscard]] bool closes_within(milliseconds limit);
  /// Whether a byte, or the end of the stream, is there within `limit`.
  [[nodiscard]] bool readable_within(milliseconds limit) const;

  void send(std::span<const std::uint8_t> bytes);
  /// As `send`, but returns false when the server has closed the connection.
  [[nodiscard]] bool try_send(std::span<const std::uint8_t> bytes);
  void send_message(std::uint8_t type, const octets& payload = {});
  void send_config(const wire_config& config);
  void send_stop() { send_message(wire_type::stop); }
  void send_heartbeat() { send_message(wire_type::heartbeat); }
  void send_ack() { send_message(wire_type::ack); }

  /// Ends the writing side only.
  void half_close();
  void close();
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  using deadline = std::chrono::steady_clock::time_point;

  /// Reads at least one byte into `out`; 0 at the end of the stream.
  std::size_t read_some(std::span<std::uint8_t> out, deadline until);
  /// Returns how many bytes came before the end of the stream: `out`'s size, or fewer.
  std::size_t read_fully(std::span<std::uint8_t> out, deadline until);
  [[nodiscard]] deadline from_now() const { return std::chrono::steady_clock::now() + timeout_; }

  int descriptor_ = -1;
  milliseconds timeout_;
  bool bytewise_ = false;
};

}  // namespace troupe::test
