#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include <caf/intrusive_ptr.hpp>

#include "protocol/clock.hpp"
#include "protocol/stream_format.hpp"
#include "protocol/wire.hpp"

namespace troupe {

/// Names what one node encodes, for as long as it runs. Chosen at random, and kept by all nodes
/// that pass the frames on.
enum class stream_id : std::uint64_t {};

[[nodiscard]] constexpr std::uint64_t to_number(stream_id stream) {
  return static_cast<std::uint64_t>(stream);
}

/// The place of a frame in its stream, counted from 0. It goes on over a restart of the source.
enum class frame_sequence : std::uint64_t {};

[[nodiscard]] constexpr std::uint64_t to_number(frame_sequence sequence) {
  return static_cast<std::uint64_t>(sequence);
}

/// What is known of a frame besides its bytes.
struct frame_info {
  frame_sequence sequence{};
  /// When the first sample was captured, by this machine's clock; the wire's timestamp.
  unix_time captured{};
  /// When the packet left the encoder, or came from another node.
  steady_time encoded{};
  stream_format format;
  /// From the capture of the first sample until then.
  std::chrono::nanoseconds age_when_encoded{};
  stream_id stream{};
};

class frame;
class frame_store;

/// Shares a frame. Whoever holds one may read the frame's bytes; nobody may change them.
using frame_ptr = caf::intrusive_ptr<const frame>;

/// One encoded frame: the wire header and the Opus packet, ready to be sent as they lie.
///
/// Immutable and reference-counted. It goes back to the pool that it came from when the last holder
/// lets go, on whichever thread that is.
class frame {
 public:
  frame(const frame&) = delete;
  frame& operator=(const frame&) = delete;

  /// The whole message: 17 header bytes, then the packet.
  [[nodiscard]] std::span<const std::byte> wire_image() const { return {image_.data(), size_}; }
  [[nodiscard]] std::span<const std::byte> packet() const {
    return wire_image().subspan(wire::header_size);
  }
  [[nodiscard]] const frame_info& info() const { return info_; }

 private:
  friend class frame_builder;
  friend class frame_store;
  friend class frame_pool;
  friend void intrusive_ptr_add_ref(const frame* self) noexcept;
  friend void intrusive_ptr_release(const frame* self) noexcept;

  frame() = default;
  ~frame() = default;

  mutable std::atomic<std::uint32_t> references_{0};
  /// Next in a pool's list of free frames; meaningless while the frame is in use.
  mutable frame* next_free_ = nullptr;
  /// Where the frame returns to; a frame on its own has none and is deleted.
  frame_store* store_ = nullptr;
  std::size_t size_ = 0;
  frame_info info_;
  std::array<std::byte, wire::max_message_size> image_;
};

void intrusive_ptr_add_ref(const frame* self) noexcept;
void intrusive_ptr_release(const frame* self) noexcept;

/// A frame while it is being written: the one holder that may change it.
class frame_builder {
 public:
  /// A frame on its own, outside any pool.
  frame_builder();
  frame_builder(frame_builder&& other) noexcept;
  frame_builder& operator=(frame_builder&&) = delete;
  ~frame_builder();

  /// Where the Opus packet is to be written: 4096 bytes.
  [[nodiscard]] std::span<std::byte, wire::max_payload_size> packet_space();

  /// Completes the frame: the first `packet_size` bytes of the packet space are the packet.
  /// Expects packet_size <= 4096. The builder is spent.
  [[nodiscard]] frame_ptr finish(std::size_t packet_size, const frame_info& info) &&;

 private:
  friend class frame_pool;
  explicit frame_builder(frame* target) : frame_(target) {}

  frame* frame_;
};

/// Builds a frame on its own from a packet of at most 4096 bytes.
[[nodiscard]] frame_ptr make_frame(std::span<const std::byte> packet, const frame_info& info);

}  // namespace troupe
