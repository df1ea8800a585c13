#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <caf/error.hpp>
#include <caf/intrusive_ptr.hpp>
#include <caf/meta/load_callback.hpp>
#include <caf/meta/save_callback.hpp>
#include <caf/sec.hpp>

#include "protocol/clock.hpp"
#include "protocol/stream_format.hpp"
#include "protocol/wire.hpp"

namespace troupe {

/// The place of a frame in its stream, counted from 0. It goes on over a restart of the source.
enum class frame_sequence : std::uint64_t {};

[[nodiscard]] constexpr std::uint64_t to_number(frame_sequence sequence) {
  return static_cast<std::uint64_t>(sequence);
}

/// What is known of a frame besides its bytes.
struct frame_info {
  frame_sequence sequence{};
  /// When the first sample was captured; the wire's timestamp.
  unix_time captured{};
  /// When the packet left the encoder.
  steady_time encoded{};
  stream_format format;
  /// From the capture of the first sample until the packet left the encoder.
  std::chrono::nanoseconds age_when_encoded{};
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

/// How a frame travels between machines: what is known of it, then its packet.
struct frame_transfer {
  std::uint64_t sequence = 0;
  std::int64_t captured_unix_ns = 0;
  stream_format format;
  std::vector<std::uint8_t> packet;

  static frame_transfer of(const frame& source);
  /// Null when the packet is longer than a message may be.
  [[nodiscard]] frame_ptr restore() const;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, frame_transfer& x) {
  return f(x.sequence, x.captured_unix_ns, x.format, x.packet);
}

/// Within a process a frame is passed on by reference; between processes as a frame_transfer.
/// Without a frame there is nothing to send: an error.
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, frame_ptr& x) {
  const auto valid_if = [](bool condition) {
    return condition ? caf::error{} : caf::make_error(caf::sec::invalid_argument);
  };
  if constexpr (Inspector::writes_state) {
    frame_transfer transfer;
    const auto load = [&]() -> caf::error {
      x = transfer.restore();
      return valid_if(x != nullptr);
    };
    return f(transfer, caf::meta::load_callback(load));
  } else {
    auto transfer = x ? frame_transfer::of(*x) : frame_transfer{};
    const auto save = [&]() -> caf::error { return valid_if(x != nullptr); };
    return f(caf::meta::save_callback(save), transfer);
  }
}

}  // namespace troupe
