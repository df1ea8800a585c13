#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "protocol/frame.hpp"

namespace troupe {

/// The memory behind a pool: it lives until the pool and the last of its frames are gone.
///
/// Frames come back from any thread by one atomic exchange of the list's head; the pool's owner
/// takes the whole list at once. Nobody takes single frames off a shared list, so the classic
/// trouble of such lists (a head that left and came back between two looks) cannot arise.
class frame_store {
 public:
  /// Returns a frame to its store, or deletes one that has none.
  static void give_back(const frame* done) noexcept;

 private:
  friend class frame_pool;

  frame_store() = default;
  ~frame_store() = default;

  void release() noexcept;
  static void delete_list(frame* head) noexcept;

  std::atomic<frame*> returned_{nullptr};
  /// One for the pool, one for each frame in use.
  std::atomic<std::uint64_t> holders_{1};
};

/// Makes frames out of memory that is used again and again. It belongs to one actor; the frames
/// that come from it may go anywhere.
class frame_pool {
 public:
  /// The most frames in use at once, by default: some 40 MB. What waits for clients is bounded, and
  /// they share frames: only many clients that stand still at different places need so many.
  static constexpr std::size_t default_limit = 10'000;

  explicit frame_pool(std::size_t limit = default_limit);
  frame_pool(const frame_pool&) = delete;
  frame_pool& operator=(const frame_pool&) = delete;
  ~frame_pool();

  /// A frame to write to; nothing when `limit` frames are in use.
  [[nodiscard]] std::optional<frame_builder> acquire();

  /// How many frames this pool has allocated since it was made.
  [[nodiscard]] std::size_t allocated() const { return allocated_; }

 private:
  frame* take_free();

  frame_store* store_;
  frame* free_ = nullptr;
  std::size_t allocated_ = 0;
  std::size_t limit_;
};

}  // namespace troupe
