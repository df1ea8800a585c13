#include "protocol/frame_pool.hpp"

namespace troupe {

void frame_store::give_back(const frame* done) noexcept {
  auto* free = const_cast<frame*>(done);
  auto* store = free->store_;
  if (store == nullptr) {
    delete free;
    return;
  }
  free->next_free_ = store->returned_.load(std::memory_order_relaxed);
  while (!store->returned_.compare_exchange_weak(free->next_free_, free, std::memory_order_release,
                                                 std::memory_order_relaxed)) {
  }
  store->release();
}

void frame_store::release() noexcept {
  if (holders_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  delete_list(returned_.exchange(nullptr, std::memory_order_acquire));
  delete this;
}

void frame_store::delete_list(frame* head) noexcept {
  while (head != nullptr) {
    auto* next = head->next_free_;
    delete head;
    head = next;
  }
}

frame_pool::frame_pool(std::size_t limit) : store_(new frame_store), limit_(limit) {}

frame_pool::~frame_pool() {
  frame_store::delete_list(free_);
  store_->release();
}

frame* frame_pool::take_free() {
  if (free_ == nullptr) free_ = store_->returned_.exchange(nullptr, std::memory_order_acquire);
  if (free_ != nullptr) {
    auto* taken = free_;
    free_ = taken->next_free_;
    return taken;
  }
  if (allocated_ == limit_) return nullptr;
  ++allocated_;
  return new frame;
}

std::optional<frame_builder> frame_pool::acquire() {
  auto* taken = take_free();
  if (taken == nullptr) return std::nullopt;
  taken->store_ = store_;
  store_->holders_.fetch_add(1, std::memory_order_relaxed);
  return frame_builder{taken};
}

}  // namespace troupe
