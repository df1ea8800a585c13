#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace troupe::probe {

/// Durations by size: 8 buckets of equal width to each doubling, from 8 ns on, so that a bucket's
/// bounds are at most an eighth apart.
struct duration_buckets {
  static constexpr std::size_t per_octave = 8;
  static constexpr std::size_t octaves = 62;

  struct place {
    std::size_t octave;
    std::size_t bucket;  ///< of that octave
  };

  [[nodiscard]] static place of(std::chrono::nanoseconds duration) noexcept;
  /// Where a bucket begins, and how wide it is.
  [[nodiscard]] static std::chrono::nanoseconds begin_of(const place& which) noexcept;
  [[nodiscard]] static std::chrono::nanoseconds width_of(const place& which) noexcept;
};

/// What durations say that were counted: copies of a duration_histogram, added up.
class duration_tally {
 public:
  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] std::chrono::nanoseconds total() const { return total_; }  ///< exact
  [[nodiscard]] std::chrono::nanoseconds max() const { return max_; }      ///< exact
  [[nodiscard]] std::chrono::nanoseconds mean() const;                     ///< exact
  /// At most this long were the given `share` of them, from 0 to 1; within an eighth, and mostly
  /// much nearer. 0 where there were none.
  [[nodiscard]] std::chrono::nanoseconds quantile(double share) const;

  void add(std::chrono::nanoseconds duration);
  void add(std::uint64_t count, std::chrono::nanoseconds total, std::chrono::nanoseconds max);
  /// Those that add() told of, by bucket.
  void add_to_bucket(const duration_buckets::place& which, std::uint64_t count);
  duration_tally& operator+=(const duration_tally& other);

 private:
  std::uint64_t count_ = 0;
  std::chrono::nanoseconds total_{};
  std::chrono::nanoseconds max_{};
  std::vector<std::uint64_t> buckets_;  ///< by octave; empty, or all of them
};

}  // namespace troupe::probe
