#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory_resource>

#include "actors/probe/duration_tally.hpp"

namespace troupe::probe {

/// Durations as one actor takes them down, in memory for those octaves only that occur: an actor
/// has one for each kind of its messages, and there may be thousands of actors.
///
/// One writes at a time, anybody may read at any time. A duration costs some nanoseconds, and
/// memory where it is the first of its octave.
class duration_histogram {
 public:
  /// `memory` is to outlive it, and to be good for any thread.
  explicit duration_histogram(std::pmr::memory_resource& memory) : memory_(&memory) {}
  duration_histogram(const duration_histogram&) = delete;
  duration_histogram& operator=(const duration_histogram&) = delete;
  ~duration_histogram();

  void add(std::chrono::nanoseconds duration) noexcept;
  void add_to(duration_tally& tally) const;

  [[nodiscard]] std::uint64_t count() const noexcept {
    return count_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::chrono::nanoseconds total() const noexcept {
    return std::chrono::nanoseconds{total_ns_.load(std::memory_order_relaxed)};
  }
  [[nodiscard]] std::chrono::nanoseconds max() const noexcept {
    return std::chrono::nanoseconds{max_ns_.load(std::memory_order_relaxed)};
  }

 private:
  struct octave_counts {
    explicit octave_counts(std::size_t its_octave)
        : octave(static_cast<std::uint32_t>(its_octave)) {}

    std::array<std::atomic<std::uint32_t>, duration_buckets::per_octave> counts{};
    std::atomic<octave_counts*> next{nullptr};
    const std::uint32_t octave;
  };

  /// Null where there is no memory.
  [[nodiscard]] octave_counts* counts_of(std::size_t octave) noexcept;

  std::pmr::memory_resource* memory_;
  std::atomic<std::uint64_t> count_{0};
  std::atomic<std::int64_t> total_ns_{0};
  std::atomic<std::int64_t> max_ns_{0};
  std::atomic<octave_counts*> first_{nullptr};
};

}  // namespace troupe::probe
