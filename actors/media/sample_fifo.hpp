#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace troupe::media {

/// Samples in the order they came, in one piece of memory. Once it has grown to what is needed it
/// does not allocate again.
class sample_fifo {
 public:
  [[nodiscard]] std::size_t size() const { return store_.size() - first_; }
  [[nodiscard]] std::span<const float> samples() const { return std::span{store_}.subspan(first_); }

  void append(std::span<const float> samples);

  /// Makes room for `count` samples at the end and returns it, to be filled. Valid until the next
  /// call; what stays unfilled is taken back with `retract`.
  [[nodiscard]] std::span<float> extend(std::size_t count);

  /// Removes `count` samples from the end.
  void retract(std::size_t count);

  /// Removes `count` samples, or all if there are fewer, from the front.
  void drop(std::size_t count);

  void clear();

 private:
  std::vector<float> store_;
  std::size_t first_ = 0;
};

}  // namespace troupe::media
