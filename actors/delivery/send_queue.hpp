#pragma once

#include <cstddef>
#include <span>
#include <variant>
#include <vector>

#include <sys/uio.h>

#include "actors/delivery/overflow_policy.hpp"
#include "protocol/frame.hpp"
#include "protocol/wire.hpp"

namespace troupe::delivery {

/// The messages that wait for one client, in the order in which they go out.
///
/// Frames are bounded by `frame_capacity` and give way to each other as the policy says; other
/// messages have room of their own (`control_capacity`). A message whose first byte was sent is
/// never dropped. Memory is taken at the start, and for the first burst that is longer than is
/// usual.
class send_queue {
 public:
  static constexpr std::size_t control_capacity = 32;

  /// Expects frame_capacity >= 1.
  send_queue(std::size_t frame_capacity, overflow_policy policy);

  /// From the next `trim` on. Expects at least 1.
  void set_frame_capacity(std::size_t capacity) { frame_capacity_ = capacity; }

  /// Takes a frame in. There may be more frames than the capacity until the next `trim`, so that
  /// many that come at once can all go out at once.
  void push(frame_ptr added);

  /// Drops the frames above the capacity, as the policy says. Returns how many.
  [[nodiscard]] std::size_t trim();

  /// Takes another message in. Expects control_room() > 0.
  void push(const wire::control_message& added);

  /// Points `vectors` at what is to be sent next. Returns how many of them it used.
  [[nodiscard]] std::size_t gather(std::span<iovec> vectors) const;

  /// Removes the first `bytes` bytes. Calls `frame_sent(const frame_ptr&)` for each frame whose
  /// last byte is among them.
  template <class F>
  void consume(std::size_t bytes, F&& frame_sent) {
    auto done = messages_.begin();
    while (bytes > 0) {
      const auto left = bytes_of(*done).size() - sent_of_front_;
      if (bytes < left) {
        sent_of_front_ += bytes;
        break;
      }
      bytes -= left;
      sent_of_front_ = 0;
      if (const auto* sent = std::get_if<frame_ptr>(&*done)) {
        frame_sent(*sent);
        --frames_;
      }
      ++done;
    }
    messages_.erase(messages_.begin(), done);
  }

  [[nodiscard]] bool empty() const { return messages_.empty(); }
  /// Frames that wait, one that is partly sent included.
  [[nodiscard]] std::size_t frames() const { return frames_; }
  [[nodiscard]] std::size_t control_room() const {
    return control_capacity - (messages_.size() - frames_);
  }

 private:
  using message = std::variant<frame_ptr, wire::control_message>;

  static std::span<const std::byte> bytes_of(const message& what);
  [[nodiscard]] bool is_unsent_frame(std::size_t index) const;
  [[nodiscard]] std::size_t oldest_unsent_frame() const;
  [[nodiscard]] std::size_t newest_unsent_frame() const;

  std::size_t frame_capacity_;
  overflow_policy policy_;
  /// A few dozen at most, so moving the rest up when some leave costs less than a list would.
  std::vector<message> messages_;
  std::size_t frames_ = 0;
  std::size_t sent_of_front_ = 0;
};

}  // namespace troupe::delivery
