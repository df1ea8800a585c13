#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

namespace troupe::inspecting::web {

/// So many may be served at once, and no more. Outlives all who have a seat.
class seats {
 public:
  explicit seats(std::size_t count) : free_(static_cast<long>(count)) {}

  /// A seat for as long as it is held; nothing if all are taken.
  [[nodiscard]] std::shared_ptr<void> take() {
    if (--free_ >= 0)
      return {this, [](void* taken_from) { static_cast<seats*>(taken_from)->give_back(); }};
    give_back();
    return {};
  }

 private:
  void give_back() { ++free_; }

  std::atomic<long> free_;
};

}  // namespace troupe::inspecting::web
