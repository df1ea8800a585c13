#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace troupe {

/// A queue in one piece of memory, which it keeps: it allocates only when more waits than ever
/// before.
template <class T>
class ring_queue {
 public:
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t size() const { return size_; }

  void push_back(T added) {
    if (size_ == slots_.size()) grow();
    slot(size_) = std::move(added);
    ++size_;
  }

  /// Expects that it is not empty.
  const T& front() const { return slots_[first_]; }

  /// Expects that it is not empty.
  T pop_front() {
    T taken = std::exchange(slot(0), T{});
    first_ = (first_ + 1) % slots_.size();
    --size_;
    return taken;
  }

  /// Expects that it is not empty.
  T pop_back() {
    --size_;
    return std::exchange(slot(size_), T{});
  }

 private:
  static constexpr std::size_t smallest = 16;

  T& slot(std::size_t index) { return slots_[(first_ + index) % slots_.size()]; }

  void grow() {
    std::vector<T> larger(slots_.empty() ? smallest : 2 * slots_.size());
    for (std::size_t i = 0; i < size_; ++i) larger[i] = std::move(slot(i));
    slots_.swap(larger);
    first_ = 0;
  }

  std::vector<T> slots_;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace troupe
